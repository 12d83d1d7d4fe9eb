package io.shoal.cli.dev.cluster;

import io.shoal.cli.files.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder of one run: configuration, logs and the stores of all processes. Beside it lies what
 * outlives runs: the generated images.
 */
public final class WorkFolder implements AutoCloseable {

  private static final String RUN = "run-";
  private static final String KEPT = "kept-";

  private final Path run;
  private final boolean keep;
  private volatile boolean keepLogs;

  private WorkFolder(Path run, boolean keep) {
    this.run = run;
    this.keep = keep;
  }

  /** Where work goes unless the command line says otherwise: the user's cache. */
  public static Path usual(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        cache.isBlank() ? Path.of(System.getProperty("user.home", "."), ".cache") : Path.of(cache);
    return base.resolve("shoal").resolve("dev");
  }

  /** Where generated images are kept between runs. */
  public static Path images(Path directory) {
    return directory.resolve("images");
  }

  /**
   * Makes the folder of a new run, and deletes what runs left behind that were killed.
   *
   * @param keep whether {@link #close} leaves everything in place
   */
  public static WorkFolder create(Path directory, boolean keep) throws IOException {
    Files.createDirectories(directory);
    deleteLeftovers(directory);
    String prefix = (keep ? KEPT : RUN) + ProcessHandle.current().pid() + "-";
    // Absolute, because the paths in configuration files are read by other processes.
    Path run = Files.createTempDirectory(directory.toAbsolutePath(), prefix);
    WorkFolder folder = new WorkFolder(run, keep);
    for (Path sub : List.of(folder.logs(), folder.config(), folder.stores())) {
      Files.createDirectory(sub);
    }
    return folder;
  }

  /** The folder itself. */
  public Path path() {
    return run;
  }

  /** One file for each process. */
  public Path logs() {
    return run.resolve("logs");
  }

  /** One file for each process. */
  public Path config() {
    return run.resolve("config");
  }

  /** One folder for each process. */
  public Path stores() {
    return run.resolve("stores");
  }

  /** Logs and configuration shall stay until the next run; somebody will want to read them. */
  public void keepLogs() {
    keepLogs = true;
  }

  /** Deletes what need not be kept; the stores are by far the largest part. */
  @Override
  public void close() throws IOException {
    if (!keep) {
      DirectoryTree.delete(keepLogs ? stores() : run);
    }
  }

  private static void deleteLeftovers(Path directory) throws IOException {
    List<Path> folders;
    try (Stream<Path> entries = Files.list(directory)) {
      folders = entries.filter(WorkFolder::isLeftover).toList();
    }
    for (Path folder : folders) {
      DirectoryTree.delete(folder);
    }
  }

  private static boolean isLeftover(Path folder) {
    String[] parts = folder.getFileName().toString().split("-", -1);
    return parts.length == 3
        && (parts[0] + "-").equals(RUN)
        && parts[1].matches("\\d{1,18}")
        && ProcessHandle.of(Long.parseLong(parts[1])).filter(ProcessHandle::isAlive).isEmpty();
  }
}
