package io.shoal.cli.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One server as a child process: logs into a file, ends when this process ends, says through a
 * {@link ReadyFile} when it serves.
 */
public final class ChildProcess {

  private static final long POLL_MILLIS = 20;
  private static final int QUOTED_LOG_LINES = 15;

  private final String name;
  private final Process process;
  private final Path log;
  private final ReadyFile ready;

  private ChildProcess(String name, Process process, Path log, ReadyFile ready) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.ready = ready;
  }

  /** Starts a command whose output goes to the log and whose port comes through the ready file. */
  static ChildProcess start(String name, List<String> command, Path log, ReadyFile ready)
      throws IOException {
    Files.deleteIfExists(ready.path());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    return new ChildProcess(name, process, log, ready);
  }

  /** The name given to it, e.g. {@code agent-1}. */
  public String name() {
    return name;
  }

  /** The operating system's number of the process. */
  public long pid() {
    return process.pid();
  }

  /** Where its output goes. */
  public Path log() {
    return log;
  }

  /** Whether it still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /**
   * Waits until it serves.
   *
   * @return its port
   * @throws IOException if it ended instead or takes too long, with the end of its log
   */
  public int awaitPort(Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      boolean alive = alive();
      var port = ready.port();
      if (port.isPresent()) {
        return port.get();
      }
      if (!alive) {
        throw new IOException(
            "%s ended with exit code %d instead of serving.%s"
                .formatted(name, process.exitValue(), quotedLog()));
      }
      process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
    throw new IOException(
        "%s does not serve after %d s.%s".formatted(name, limit.toSeconds(), quotedLog()));
  }

  /** Asks it to end (SIGTERM) and returns at once. */
  void askToEnd() {
    process.destroy();
  }

  /** Waits for its end, and takes it by force after the limit. */
  void end(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private String quotedLog() throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    List<String> tail = lines.subList(Math.max(0, lines.size() - QUOTED_LOG_LINES), lines.size());
    String text = String.join("\n  ", tail);
    return "\n  (" + log + ")\n  " + text;
  }
}
