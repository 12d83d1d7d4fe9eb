package io.shoal.origin.push;

import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.ResolvedTag;
import io.shoal.node.store.StoredBlob;
import io.shoal.node.store.TagKey;
import io.shoal.oci.push.PushedManifest;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.origin.delivery.Sender;
import io.shoal.origin.upstream.RepositoryRef;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** What the modes have in common that bring content to a registry. Thread-safe. */
final class SentOn {

  private final Sender sender;
  private final BlobStore store;
  private final InstantSource clock;
  private final boolean guarded;

  /**
   * @param guarded whether clients are told only about content of repositories that they may read,
   *     so that nobody takes what is in the store for what is in his repository
   */
  SentOn(Sender sender, BlobStore store, InstantSource clock, boolean guarded) {
    this.sender = sender;
    this.store = store;
    this.clock = clock;
    this.guarded = guarded;
  }

  Sender sender() {
    return sender;
  }

  long nowMillis() {
    return clock.millis();
  }

  /**
   * Whether a client may have been told that this blob is here, and not have sent it for that
   * reason, though its registry does not have it.
   */
  boolean mayBeTakenAsThere(Digest digest) {
    if (guarded) {
      return false;
    }
    Optional<StoredBlob> found = store.find(digest);
    found.ifPresent(StoredBlob::close);
    return found.isPresent();
  }

  /** Keeps a manifest, so that nodes get it and what its tag means from here at once. */
  void keep(RepositoryRef repository, Optional<String> tag, PushedManifest manifest)
      throws IOException {
    store.putManifest(manifest.digest(), manifest.mediaType(), manifest.bytes()).close();
    if (tag.isPresent()) {
      store.putTag(
          new TagKey(repository.upstream(), repository.repository(), tag.get()),
          new ResolvedTag(manifest.digest(), clock.instant()));
    }
  }

  interface Request {
    void send() throws UpstreamException;
  }

  /** Deletes at the registry; false if there was nothing. */
  static boolean deleted(Request request) throws RegistryException {
    try {
      request.send();
      return true;
    } catch (UpstreamException e) {
      if (e.kind() == UpstreamException.Kind.NOT_FOUND) {
        return false;
      }
      throw refused(e, RegistryErrorCode.UNSUPPORTED);
    }
  }

  /**
   * What the registry's no means to the client who pushes.
   *
   * @param invalid the code for content that the registry does not take
   */
  static RegistryException refused(UpstreamException e, RegistryErrorCode invalid) {
    String message = String.valueOf(e.getMessage());
    return switch (e.status().orElse(0)) {
      case 400, 404, 409, 422 ->
          new RegistryException(
              e.status().orElse(0) == 404 ? RegistryErrorCode.NAME_UNKNOWN : invalid, message);
      case 405 -> new RegistryException(RegistryErrorCode.UNSUPPORTED, message);
      case 413 -> new RegistryException(RegistryErrorCode.SIZE_INVALID, message);
      default -> RegistryException.of(e, invalid);
    };
  }
}
