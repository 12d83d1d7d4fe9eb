package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that are run to their end. */
public final class Commands {

  private Commands() {}

  /** What a finished program printed, and how it ended. */
  public record Result(int status, String output, String errors) {}

  /** Runs a program that must succeed and returns what it printed. */
  public static String run(Duration limit, String... command) {
    Result result = tryRun(limit, Map.of(), List.of(command));
    if (result.status() != 0) {
      throw new AssertionError(
          String.join(" ", command)
              + " ended with status "
              + result.status()
              + "\n"
              + result.output()
              + result.errors());
    }
    return result.output();
  }

  /** Runs a program and returns how it went. */
  public static Result tryRun(
      Duration limit, Map<String, String> environment, List<String> command) {
    Path output = null;
    Path errors = null;
    try {
      output = Files.createTempFile("shoal-e2e", ".out");
      errors = Files.createTempFile("shoal-e2e", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            String.join(" ", command)
                + " did not end within "
                + limit
                + "\n"
                + read(output)
                + read(errors));
      }
      return new Result(process.exitValue(), read(output), read(errors));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while running " + String.join(" ", command), e);
    } finally {
      delete(output);
      delete(errors);
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
