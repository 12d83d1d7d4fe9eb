package io.shoal.oci.registry;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Some bytes of a blob that may be sent now. Never empty. */
public sealed interface BlobBytes {

  /** How many. */
  long length();

  /**
   * Bytes in a file; they leave by sendfile where the connection allows it. The channel stays open:
   * it belongs to the content, not to the answer.
   *
   * @param file where
   * @param position of the first byte in the file
   * @param length at least 1
   */
  record InFile(FileChannel file, long position, long length) implements BlobBytes {}

  /**
   * Bytes in memory.
   *
   * @param bytes not changed until the next call of {@link BlobContent#next} or the close
   */
  record InMemory(ByteBuffer bytes) implements BlobBytes {

    @Override
    public long length() {
      return bytes.remaining();
    }
  }
}
