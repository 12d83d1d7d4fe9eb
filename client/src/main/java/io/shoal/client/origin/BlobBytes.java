package io.shoal.client.origin;

import java.io.IOException;
import java.io.InputStream;
import okhttp3.Response;

/**
 * A run of a blob's bytes as they arrive. Nothing has checked them yet. A connection that breaks
 * before {@link #length} bytes is an exception of the stream, never a short end.
 */
public final class BlobBytes implements AutoCloseable {

  private final Response response;
  private final long length;

  BlobBytes(Response response, long length) {
    this.response = response;
    this.length = length;
  }

  /** How many bytes the stream holds. */
  public long length() {
    return length;
  }

  /** The bytes. */
  public InputStream stream() {
    return response.body().byteStream();
  }

  /**
   * Reads all of it.
   *
   * @throws IllegalStateException if that is more than {@code mostBytes}
   */
  public byte[] readAll(int mostBytes) throws IOException {
    if (length > mostBytes) {
      throw new IllegalStateException(length + " bytes are too many to hold in memory");
    }
    return response.body().bytes();
  }

  @Override
  public void close() {
    response.close();
  }
}
