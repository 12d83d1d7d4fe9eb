package io.shoal.cli.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.shoal.cli.console.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The programs of the system that this process runs on, seen through {@code /proc}. */
final class SystemPrograms implements HostPrograms {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** dockerd needs milliseconds to read its configuration again, unless the machine is busy. */
  private static final Duration RELOAD_LIMIT = Duration.ofSeconds(10);

  private static final Duration RELOAD_UNSEEN = Duration.ofSeconds(2);
  private static final Duration RELOAD_POLL = Duration.ofMillis(100);

  /** The unit of times in {@code /proc}, on every Linux that Java runs on. */
  private static final long TICKS_PER_SECOND = 100;

  /** What stands before the start in {@code /proc/PID/stat}, counted behind the program's name. */
  private static final int FIELDS_BEFORE_START = 19;

  private final boolean ofThisSystem;

  /**
   * @param ofThisSystem whether the host's files are this system's. If not, this is a container on
   *     the host: its processes are seen if it shares them, its programs are not here
   */
  SystemPrograms(boolean ofThisSystem) {
    this.ofThisSystem = ofThisSystem;
  }

  @Override
  public List<Running> named(String name) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> running(process).stream())
        .filter(running -> Path.of(running.arguments().getFirst()).endsWith(name))
        .toList();
  }

  /** Not by {@link ProcessHandle.Info}, which leaves the arguments out where they are long. */
  private static Optional<Running> running(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      String line = Files.readString(file, ISO_8859_1);
      if (line.isEmpty() || line.charAt(0) == 0) {
        return Optional.empty();
      }
      return Optional.of(
          new Running(process.pid(), started(process.pid()), List.of(line.split("\0"))));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /**
   * Not by {@link ProcessHandle.Info} either, which knows the machine's start in whole seconds:
   * what was started just after a file was written would seem older than the file.
   */
  private static Instant started(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    Instant now = Instant.now();
    String uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
    long sinceBootMillis = Long.parseLong(fields[FIELDS_BEFORE_START]) * (1000 / TICKS_PER_SECOND);
    long ageMillis = Math.round(Double.parseDouble(uptime) * 1000) - sinceBootMillis;
    return now.minusMillis(ageMillis);
  }

  @Override
  public boolean hangUp(long pid) {
    return run(List.of("sh", "-c", "kill -HUP " + pid)).status() == 0;
  }

  @Override
  public Optional<Boolean> dockerLosesMirrors(Path socket) {
    List<String> question =
        List.of(
            "docker",
            "--host",
            "unix://" + socket,
            "info",
            "--format",
            "{{len .RegistryConfig.Mirrors}}");
    long deadline = System.nanoTime() + RELOAD_LIMIT.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        Result mirrors = run(question);
        if (mirrors.status() != 0) {
          Thread.sleep(RELOAD_UNSEEN);
          return Optional.empty();
        }
        if (mirrors.output().strip().equals("0")) {
          return Optional.of(true);
        }
        Thread.sleep(RELOAD_POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.of(false);
  }

  @Override
  public Optional<String> containerdConfiguration(Path config) {
    if (!ofThisSystem) {
      return Optional.empty();
    }
    Result result = run(List.of("containerd", "--config", config.toString(), "config", "dump"));
    return result.status() == 0 ? Optional.of(result.output()) : Optional.empty();
  }

  @Override
  public Optional<String> restart(String service) {
    List<String> command = new ArrayList<>();
    if (!ofThisSystem) {
      command.addAll(List.of("nsenter", "--target", "1", "--mount", "--"));
    }
    command.addAll(List.of("systemctl", "restart", service));
    Result result = run(command);
    return result.status() == 0
        ? Optional.empty()
        : Optional.of(String.join(" ", command) + ": " + result.errors().strip());
  }

  private record Result(int status, String output, String errors) {}

  private static Result run(List<String> command) {
    Path errors = null;
    Path output = null;
    try {
      errors = Files.createTempFile("shoal", ".err");
      output = Files.createTempFile("shoal", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Result(-1, "", "no end after " + LIMIT.toSeconds() + " s");
      }
      return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
    } catch (IOException e) {
      return new Result(-1, "", Causes.text(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(-1, "", "interrupted");
    } finally {
      delete(errors);
      delete(output);
    }
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      file.toFile().delete();
    }
  }
}
