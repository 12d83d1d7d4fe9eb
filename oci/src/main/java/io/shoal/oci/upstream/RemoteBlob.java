package io.shoal.oci.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Bytes of a blob on their way from upstream, not checked against the digest. */
public final class RemoteBlob implements AutoCloseable {

  private final InputStream bytes;
  private final long from;
  private final OptionalLong blobBytes;
  private final boolean ranged;
  private final Runnable cancel;

  RemoteBlob(
      InputStream bytes, long from, OptionalLong blobBytes, boolean ranged, Runnable cancel) {
    this.bytes = bytes;
    this.from = from;
    this.blobBytes = blobBytes;
    this.ranged = ranged;
    this.cancel = cancel;
  }

  /**
   * The bytes from {@link #from()} on. Ends early only with an IOException, never cleanly, when
   * upstream named a length and then sent less.
   */
  public InputStream bytes() {
    return bytes;
  }

  /**
   * Where the bytes start: where they were asked from, or 0 because upstream ignores Range and
   * sends everything.
   */
  public long from() {
    return from;
  }

  /** The whole blob's length, if upstream says it. */
  public OptionalLong blobBytes() {
    return blobBytes;
  }

  /** Whether upstream sends the range that was asked for, not everything. */
  public boolean ranged() {
    return ranged;
  }

  /** Ends the transfer; what has not arrived by now is not waited for. */
  @Override
  public void close() {
    cancel.run();
    try {
      bytes.close();
    } catch (IOException e) {
      // Nobody wants these bytes any more, so how their connection ended tells nothing.
    }
  }
}
