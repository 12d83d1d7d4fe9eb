package io.shoal.origin.delivery;

import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoredBlob;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamWriter;
import io.shoal.origin.upstream.RepositoryRef;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Sends what is in the blob store on to its registry, unless that has it. Blocking; a thread that
 * is interrupted gives up. Thread-safe.
 */
public final class Sender {

  private final Map<String, UpstreamWriter> registries;
  private final BlobStore store;
  private final LongConsumer sent;

  /**
   * @param registries the registries that are written to, by normal name
   * @param sent told of the bytes of what a registry has got
   */
  public Sender(Map<String, UpstreamWriter> registries, BlobStore store, LongConsumer sent) {
    this.registries = Map.copyOf(registries);
    this.store = store;
    this.sent = sent;
  }

  /** The registry of this repository. */
  public UpstreamWriter registry(RepositoryRef repository) {
    UpstreamWriter registry = registries.get(repository.upstream());
    if (registry == null) {
      throw new IllegalArgumentException("nothing is sent to " + repository.upstream());
    }
    return registry;
  }

  /**
   * Sends a blob.
   *
   * @param from a repository of the same registry that may have it
   */
  public void blob(RepositoryRef to, Digest digest, Optional<String> from)
      throws UpstreamException, IOException {
    try (StoredBlob blob = stored(digest)) {
      registry(to).putBlob(to.repository(), digest, from, blob.channel(), blob.blobBytes());
      sent.accept(blob.blobBytes());
    }
  }

  /**
   * Sends a manifest.
   *
   * @param tag what shall name it
   * @return the manifest that the registry lists it under, if it does that
   */
  public Optional<Digest> manifest(RepositoryRef to, Digest digest, Optional<String> tag)
      throws UpstreamException, IOException {
    try (StoredBlob manifest = stored(digest)) {
      String type =
          manifest
              .mediaType()
              .orElseThrow(() -> new FileNotFoundException(digest + " is here as a blob only"));
      Optional<Digest> subject =
          registry(to)
              .putManifest(
                  to.repository(), tag.orElse(digest.toString()), type, manifest.readAll());
      sent.accept(manifest.blobBytes());
      return subject;
    }
  }

  private StoredBlob stored(Digest digest) throws FileNotFoundException {
    return store
        .find(digest)
        .orElseThrow(() -> new FileNotFoundException(digest + " is not in the store any more"));
  }
}
