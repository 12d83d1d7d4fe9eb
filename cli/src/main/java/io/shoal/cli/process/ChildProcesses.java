package io.shoal.cli.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The servers that one command runs. Each is another JVM on this program's class path, started with
 * {@code --exit-with-parent}; {@link #close} ends them all.
 */
public final class ChildProcesses implements AutoCloseable {

  private static final Duration POLITE_LIMIT = Duration.ofSeconds(8);

  private final String mainClass;
  private final JvmFlags jvmFlags;
  private final Path directory;
  private final List<ChildProcess> children = new ArrayList<>();
  private volatile boolean closing;

  /**
   * @param mainClass the program's main class
   * @param jvmFlags flags of each child's JVM
   * @param directory for logs and ready files
   */
  public ChildProcesses(String mainClass, JvmFlags jvmFlags, Path directory) {
    this.mainClass = mainClass;
    this.jvmFlags = jvmFlags;
    this.directory = directory;
  }

  /**
   * Starts a server.
   *
   * @param name names its log file
   * @param arguments the sub-command and its options
   */
  public ChildProcess start(String name, List<String> arguments) throws IOException {
    return start(name, arguments.isEmpty() ? "" : arguments.getFirst(), arguments);
  }

  /**
   * Starts a process within the limits of a server.
   *
   * @param name names its log file
   * @param server the sub-command whose limits it gets
   * @param arguments the sub-command and its options
   */
  public synchronized ChildProcess start(String name, String server, List<String> arguments)
      throws IOException {
    if (closing) {
      throw new IOException("shutting down: " + name + " is not started any more");
    }
    ReadyFile ready = new ReadyFile(directory.resolve(name + ".port"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags.of(server));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    command.addAll(List.of("--exit-with-parent", "--ready-file", ready.path().toString()));
    ChildProcess child = ChildProcess.start(name, command, directory.resolve(name + ".log"), ready);
    children.add(child);
    return child;
  }

  /** All that were started, in that order. */
  public synchronized List<ChildProcess> all() {
    return List.copyOf(children);
  }

  /** Those that ended though nobody told them to. */
  public List<ChildProcess> ended() {
    List<ChildProcess> ended = all().stream().filter(child -> !child.alive()).toList();
    return closing ? List.of() : ended;
  }

  /** Ends them all, the last started first, and waits for it; again does nothing. */
  @Override
  public void close() {
    closing = true;
    endAll();
  }

  private synchronized void endAll() {
    List<ChildProcess> running = children.reversed();
    running.forEach(ChildProcess::askToEnd);
    long deadline = System.nanoTime() + POLITE_LIMIT.toNanos();
    boolean interrupted = false;
    for (ChildProcess child : running) {
      long left = Math.max(0, deadline - System.nanoTime());
      try {
        child.end(Duration.ofNanos(interrupted ? 0 : left));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
