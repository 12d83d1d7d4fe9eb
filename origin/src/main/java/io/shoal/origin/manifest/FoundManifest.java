package io.shoal.origin.manifest;

import io.shoal.core.content.Digest;
import java.nio.ByteBuffer;

/**
 * A manifest that is here.
 *
 * @param mediaType as upstream named it
 * @param digest of the content
 * @param content read-only
 * @param stale whether a tag was resolved from memory because upstream could not be asked
 */
public record FoundManifest(String mediaType, Digest digest, ByteBuffer content, boolean stale) {

  public FoundManifest {
    content = content.asReadOnlyBuffer();
  }

  /** A view of its own for every caller, so that reading it moves nobody else's position. */
  @Override
  public ByteBuffer content() {
    return content.duplicate();
  }

  FoundManifest stale(boolean isStale) {
    return new FoundManifest(mediaType, digest, content, isStale);
  }
}
