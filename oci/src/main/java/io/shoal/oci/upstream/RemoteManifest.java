package io.shoal.oci.upstream;

import io.shoal.core.content.Digest;
import java.nio.ByteBuffer;

/**
 * A manifest as upstream gave it, its digest checked.
 *
 * @param mediaType upstream's Content-Type without parameters
 * @param digest of the content: the one asked for, else computed
 * @param content read-only
 */
public record RemoteManifest(String mediaType, Digest digest, ByteBuffer content) {

  public RemoteManifest {
    content = content.asReadOnlyBuffer();
  }

  /** A view of its own for every caller, so that reading it moves nobody else's position. */
  @Override
  public ByteBuffer content() {
    return content.duplicate();
  }
}
