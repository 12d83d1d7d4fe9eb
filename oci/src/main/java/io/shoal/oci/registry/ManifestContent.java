package io.shoal.oci.registry;

import io.shoal.core.content.Digest;
import java.nio.ByteBuffer;

/**
 * A manifest to answer with.
 *
 * @param mediaType what upstream called it
 * @param digest of the content
 * @param content the bytes whose digest that is
 * @param stale whether it was found by a tag that could not be revalidated because upstream is down
 */
public record ManifestContent(String mediaType, Digest digest, ByteBuffer content, boolean stale) {

  public ManifestContent {
    content = content.asReadOnlyBuffer();
  }

  /** A view of its own for every caller, so that reading it moves nobody else's position. */
  @Override
  public ByteBuffer content() {
    return content.duplicate();
  }
}
