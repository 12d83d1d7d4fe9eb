package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A process that a test started. Its output goes to a file that outlives the test; it is ended by
 * its id, and at the latest when this JVM ends.
 */
public final class Program implements AutoCloseable {

  private static final Set<Program> RUNNING = ConcurrentHashMap.newKeySet();
  private static final int TAIL_BYTES = 6_000;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Program::kill)));
  }

  private final String name;
  private final Process process;
  private final Path log;

  private Program(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /** Starts a program whose output and errors are appended to one log file. */
  public static Program start(
      String name, Path log, Map<String, String> environment, List<String> command) {
    return start(name, log, log, environment, command);
  }

  static Program start(
      String name,
      Path output,
      Path errors,
      Map<String, String> environment,
      List<String> command) {
    try {
      Files.createDirectories(errors.getParent());
      String headline = "---- " + Instant.now() + " " + String.join(" ", command) + "\n";
      Files.writeString(errors, headline, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
      if (errors.equals(output)) {
        builder.redirectErrorStream(true);
      } else {
        builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
      }
      Program program = new Program(name, builder.start(), errors);
      RUNNING.add(program);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + String.join(" ", command), e);
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Waits until it answers; fails at once, with its last words, when it ends instead. */
  void awaitReady(Duration limit, Callable<Boolean> ready) {
    try {
      Await.until(
          name + " to be ready",
          limit,
          () -> {
            if (!process.isAlive()) {
              throw new Await.GaveUp(name + " ended with status " + process.exitValue());
            }
            return ready.call();
          });
    } catch (AssertionError | Await.GaveUp e) {
      throw new AssertionError(e.getMessage() + "; its log ends with:\n" + tail(), e);
    }
  }

  /** Asks it to end (SIGTERM) and returns its exit status. */
  public int terminate(Duration grace) {
    process.destroy();
    try {
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        throw new AssertionError(
            name + " did not end within " + grace + " of SIGTERM; its log ends with:\n" + tail());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + name + " was ending", e);
    }
    RUNNING.remove(this);
    return process.exitValue();
  }

  /** Waits until it ends by itself, and returns its exit status. */
  int awaitEnd(Duration limit) {
    Await.until(name + " to end", limit, () -> !process.isAlive());
    return process.exitValue();
  }

  /** Ends it without notice (SIGKILL), and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RUNNING.remove(this);
  }

  /** The end of its log. */
  public String tail() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - TAIL_BYTES);
      byte[] end = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(end);
      return new String(end, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  /** The ends of the logs of everything that runs now, for the report of a failed test. */
  static String tailsOfAll() {
    StringBuilder text = new StringBuilder();
    RUNNING.stream()
        .sorted(Comparator.comparing(Program::name))
        .forEach(
            p -> text.append("==== ").append(p.log).append('\n').append(p.tail()).append('\n'));
    return text.toString();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroy();
      try {
        process.waitFor(15, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    kill();
  }
}
