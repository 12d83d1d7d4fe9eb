package io.shoal.cli.dev.image;

import io.shoal.cli.layout.Descriptor;
import io.shoal.cli.layout.TarWriter;
import io.shoal.core.content.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Generates one layer: a tar of files full of random bytes, in gzip. Random bytes cannot be
 * compressed, so gzip's "stored" form is used: the same format for whoever reads it, at the speed
 * of the disk.
 */
final class LayerGenerator {

  private static final int BUFFER_BYTES = 256 << 10;
  private static final long TYPICAL_FILE_BYTES = 3_000_000;
  private static final int MOST_FILES = 40;

  private final int index;
  private final long targetBytes;
  private final SplittableRandom random;

  /**
   * @param index place in the image, 0 is the base layer
   * @param targetBytes about how long the layer becomes
   * @param random used by this layer alone
   */
  LayerGenerator(int index, long targetBytes, SplittableRandom random) {
    this.index = index;
    this.targetBytes = targetBytes;
    this.random = random;
  }

  /** What came out: the layer as registries name it, and the digest of the tar inside. */
  record Layer(Path file, Descriptor descriptor, Digest diffId) {}

  /** Writes the layer to this file; the base layer gets the program as {@code /hello}. */
  Layer generate(Path file, HelloProgram program) throws IOException {
    OutputStream onDisk = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
    HashingOutputStream compressed = new HashingOutputStream(onDisk);
    HashingOutputStream plain = new HashingOutputStream(new StoringGzipStream(compressed));
    try (TarWriter tar = new TarWriter(plain)) {
      if (index == 0) {
        byte[] executable = program.executable();
        tar.file("hello", 0755, executable.length, out -> out.write(executable));
      }
      writeFiles(tar);
    }
    Descriptor descriptor =
        new Descriptor(Descriptor.LAYER, compressed.digest(), compressed.bytes());
    return new Layer(file, descriptor, plain.digest());
  }

  private void writeFiles(TarWriter tar) throws IOException {
    String directory = "data/layer-" + index;
    tar.directory("data");
    tar.directory(directory);
    int files = Math.clamp(targetBytes / TYPICAL_FILE_BYTES, 2, MOST_FILES);
    long left = targetBytes - (long) (files + 5) * 2 * TarWriter.RECORD_BYTES;
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int i = 0; i < files; i++) {
      long fair = left / (files - i);
      long bytes = i == files - 1 ? left : random.nextLong(fair / 2, fair + fair / 2);
      tar.file(
          "%s/file-%02d.bin".formatted(directory, i),
          0644,
          bytes,
          out -> writeRandom(out, bytes, buffer));
      left -= bytes;
    }
  }

  private void writeRandom(OutputStream out, long bytes, byte[] buffer) throws IOException {
    for (long left = bytes; left > 0; ) {
      random.nextBytes(buffer);
      int part = (int) Math.min(left, buffer.length);
      out.write(buffer, 0, part);
      left -= part;
    }
  }

  private static final class StoringGzipStream extends GZIPOutputStream {
    StoringGzipStream(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(Deflater.NO_COMPRESSION);
    }
  }
}
