package io.shoal.cli.node;

import io.shoal.cli.console.Causes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
      String line = Files.readString(file, StandardCharsets.ISO_8859_1);
      if (line.isEmpty() || line.charAt(0) == 0) {
        return Optional.empty();
      }
      Instant started = process.info().startInstant().orElse(Instant.EPOCH);
      return Optional.of(new Running(process.pid(), started, List.of(line.split("\0"))));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  @Override
  public boolean hangUp(long pid) {
    return run(List.of("sh", "-c", "kill -HUP " + pid)).status() == 0;
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
