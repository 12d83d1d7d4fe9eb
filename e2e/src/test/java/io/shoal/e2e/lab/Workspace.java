package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder under which everything of one test run lives, named after this JVM's process id. Not
 * below the build's target folder: the daemons' sockets need a short path, and their mounts must
 * not be in the way of a clean build. Logs go to the target folder, where they stay.
 */
public final class Workspace implements AutoCloseable {

  private static final Path BASE = Path.of("/var/tmp/shoal-e2e");

  private final Path root;
  private final Path logs;

  private Workspace(Path root, Path logs) {
    this.root = root;
    this.logs = logs;
  }

  /** Makes the folder, and clears away what runs that were cut short have left. */
  public static Workspace open() throws IOException {
    Files.createDirectories(BASE);
    try (DirectoryStream<Path> old = Files.newDirectoryStream(BASE, "[0-9]*")) {
      for (Path folder : old) {
        long owner = Long.parseLong(folder.getFileName().toString());
        if (ProcessHandle.of(owner).isEmpty() || owner == ProcessHandle.current().pid()) {
          sweep(folder);
        }
      }
    }
    Path logs = Path.of(System.getProperty("basedir", ".")).resolve("target/e2e-logs");
    Files.createDirectories(logs.toAbsolutePath());
    Path root = Files.createDirectory(BASE.resolve(Long.toString(ProcessHandle.current().pid())));
    return new Workspace(root, logs.toAbsolutePath().normalize());
  }

  /** A new folder; the name must not have been used before. */
  public Path folder(String name) {
    try {
      return Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path log(String name) {
    return logs.resolve(name + ".log");
  }

  @Override
  public void close() {
    sweep(root);
  }

  /**
   * Ends every process that names the folder on its command line or has its root there (a container
   * daemon leaves its shims and containers behind when it is killed), takes down the mounts below
   * it and deletes it.
   */
  static void sweep(Path folder) {
    for (ProcessHandle process : processesOf(folder)) {
      process.destroyForcibly();
    }
    Await.until(
        "the processes of " + folder + " to end",
        Duration.ofSeconds(10),
        () -> processesOf(folder).isEmpty());
    for (String mount : mountsBelow(folder)) {
      Commands.run(Duration.ofSeconds(10), "umount", "--lazy", mount);
    }
    Commands.run(Duration.ofMinutes(2), "rm", "-rf", "--one-file-system", "--", folder.toString());
  }

  private static List<ProcessHandle> processesOf(Path folder) {
    long self = ProcessHandle.current().pid();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(p -> p.pid() != self)
          .filter(p -> commandLine(p.pid()).contains(folder + "/") || hasRootIn(folder, p.pid()))
          .toList();
    }
  }

  /** Empty for a process that is gone or a zombie. */
  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether its file system is that of a container whose layers are below the folder. */
  private static boolean hasRootIn(Path folder, long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/mountinfo"))) {
      return lines.anyMatch(l -> l.split(" ")[4].equals("/") && l.contains(folder + "/"));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static List<String> mountsBelow(Path folder) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
      List<String> mounts = new ArrayList<>();
      lines
          .map(line -> line.split(" ")[1])
          .filter(mount -> mount.startsWith(folder + "/"))
          .forEach(mounts::add);
      // A mount may carry others: the last one made goes first.
      Collections.reverse(mounts);
      return mounts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What keeps a daemon on the loopback interface, whatever it falls back to. */
  static Map<String, String> loopbackOnly() {
    String nowhere = "http://127.0.0.1:9";
    return Map.of("HTTP_PROXY", nowhere, "HTTPS_PROXY", nowhere, "NO_PROXY", "127.0.0.1,localhost");
  }
}
