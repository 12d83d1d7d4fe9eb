package io.shoal.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * How a child tells its parent that it serves, and where: it binds any free port and writes the
 * number to a file that its parent named. No port is chosen ahead, so none can be lost to another
 * program in between.
 */
public final class ReadyFile {

  private final Path file;

  /** The file at this path; it does not exist before the child is ready. */
  public ReadyFile(Path file) {
    this.file = file;
  }

  /** The path to hand to the child. */
  public Path path() {
    return file;
  }

  /** The child's side: appears as a whole or not at all. */
  public void write(int port) throws IOException {
    Path work = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(work, port + "\n");
    Files.move(work, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The parent's side: the child's port, once it is known. */
  public Optional<Integer> port() throws IOException {
    return Files.exists(file)
        ? Optional.of(Integer.valueOf(Files.readString(file).strip()))
        : Optional.empty();
  }
}
