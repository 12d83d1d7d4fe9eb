package io.shoal.node.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file without meaning that is deleted when the disk is full. RocksDB cannot even be opened
 * without writing, and what to evict stands in RocksDB: the ballast's space breaks that circle.
 */
final class Ballast {

  static final int BYTES = 4 << 20;

  private static final Logger log = LoggerFactory.getLogger(Ballast.class);

  private final Path file;

  Ballast(Path file) {
    this.file = file;
  }

  /** Gives the space free; false if it was free already. */
  synchronized boolean release() throws IOException {
    return Files.deleteIfExists(file);
  }

  /** Takes the space again if it is there in plenty. */
  synchronized void restore(long usableBytes) {
    if (Files.exists(file) || usableBytes < 4L * BYTES) {
      return;
    }
    // Not zeros: some file systems would not store them.
    byte[] noise = new byte[BYTES];
    new Random(BYTES).nextBytes(noise);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(noise);
    } catch (IOException e) {
      log.debug("No room for the ballast", e);
      file.toFile().delete();
    }
  }
}
