package io.shoal.origin.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Small files that are there, whole, after a power failure once the call has returned. */
final class DurableFiles {

  /** Before the names of files that are not there yet. */
  private static final String ARRIVING = ".new-";

  private DurableFiles() {}

  static void write(Path file, byte[] content) throws IOException {
    Path folder = parent(file);
    createFolders(folder);
    Path arriving = folder.resolve(ARRIVING + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(arriving, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
      }
      Files.move(arriving, file, StandardCopyOption.ATOMIC_MOVE);
      sync(folder);
    } finally {
      Files.deleteIfExists(arriving);
    }
  }

  /** Whether it was there. */
  static boolean delete(Path file) throws IOException {
    boolean deleted = Files.deleteIfExists(file);
    if (deleted) {
      sync(parent(file));
    }
    return deleted;
  }

  /** The names in a folder in lexical order; none if there is no such folder. */
  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(ARRIVING))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path above = parent(folder);
    createFolders(above);
    Files.createDirectories(folder);
    sync(above);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("nothing is above " + file);
    }
    return parent;
  }
}
