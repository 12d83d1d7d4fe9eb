package io.shoal.origin.push;

import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.oci.push.PushedManifest;
import io.shoal.oci.registry.RegistryException;
import io.shoal.origin.upstream.KeptRepositories;
import io.shoal.origin.upstream.KeptRepository;
import io.shoal.origin.upstream.Pins;
import io.shoal.origin.upstream.RepositoryRef;
import java.io.IOException;
import java.util.Optional;

/** Mode standalone: the origin is all there is of the registry. */
final class KeptHere implements Destination {

  private final KeptRepositories repositories;
  private final Pins pins;
  private final BlobStore store;

  KeptHere(KeptRepositories repositories, Pins pins, BlobStore store) {
    this.repositories = repositories;
    this.pins = pins;
    this.store = store;
  }

  private KeptRepository kept(RepositoryRef ref) {
    return repositories
        .find(ref)
        .orElseThrow(() -> new IllegalStateException(ref + " is not kept here"));
  }

  @Override
  public boolean mount(RepositoryRef repository, RepositoryRef from, Digest digest)
      throws IOException {
    if (!kept(from).hasBlob(digest)) {
      return false;
    }
    blob(repository, digest);
    return true;
  }

  @Override
  public void blob(RepositoryRef repository, Digest digest) throws IOException {
    repositories.addBlob(kept(repository), digest);
  }

  @Override
  public Optional<Digest> manifest(
      RepositoryRef repository, Optional<String> tag, PushedManifest manifest)
      throws IOException, RegistryException {
    KeptRepository kept = kept(repository);
    for (Digest blob : manifest.blobs()) {
      if (!kept.hasBlob(blob)) {
        throw OriginPush.missing("blob " + blob, repository);
      }
    }
    for (Digest part : manifest.manifests()) {
      if (!kept.hasManifest(part)) {
        throw OriginPush.missing("manifest " + part, repository);
      }
    }
    try (Pins.Hold _ = pins.hold(manifest.digest())) {
      store.putManifest(manifest.digest(), manifest.mediaType(), manifest.bytes()).close();
      repositories.addManifest(kept, manifest.digest(), manifest.subject(), manifest.descriptor());
    }
    if (tag.isPresent()) {
      kept.putTag(tag.get(), manifest.digest());
    }
    return manifest.subject();
  }

  @Override
  public boolean deleteTag(RepositoryRef repository, String tag) throws IOException {
    return kept(repository).deleteTag(tag);
  }

  @Override
  public boolean deleteManifest(RepositoryRef repository, Digest digest) throws IOException {
    return repositories.deleteManifest(kept(repository), digest);
  }

  @Override
  public boolean deleteBlob(RepositoryRef repository, Digest digest) throws IOException {
    return repositories.deleteBlob(kept(repository), digest);
  }
}
