package io.shoal.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class ServerLifetimeTest {

  private static final long LIMIT_SECONDS = 60;

  @TempDir Path directory;

  /** Runs as a process of its own; writes a file when it is closed. */
  @Command(name = "pond")
  static final class Pond implements Runnable, RunningServer {
    @Option(names = "--closed-file")
    Path closedFile;

    @Mixin ParentOptions parent;

    static void main(String[] args) {
      System.exit(new CommandLine(new Pond()).execute(args));
    }

    @Override
    public void run() {
      try {
        ServerLifetime.serve("pond", this, parent);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public int port() {
      return 4711;
    }

    @Override
    public void close() throws Exception {
      Files.writeString(closedFile, "closed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"signal", "parent"})
  void closesCleanlyWhenToldToEnd(String how) throws Exception {
    Process pond = start("--exit-with-parent");

    if (how.equals("signal")) {
      pond.destroy();
    } else {
      pond.getOutputStream().close();
    }

    assertThat(pond.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(directory.resolve("closed")).hasContent("closed");
    assertThat(pond.exitValue()).isZero();
  }

  @Test
  void doesNotCareForItsInputUnlessAsked() throws Exception {
    Process pond = start();
    pond.getOutputStream().close();

    assertThat(pond.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    pond.destroyForcibly();
  }

  private Process start(String... options) throws Exception {
    ReadyFile ready = new ReadyFile(directory.resolve("ready"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Pond.class.getName(),
                "--closed-file",
                directory.resolve("closed").toString(),
                "--ready-file",
                ready.path().toString()));
    command.addAll(List.of(options));
    Path log = directory.resolve("pond.log");
    Process pond =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (ready.port().isEmpty()) {
      assertThat(pond.waitFor(20, TimeUnit.MILLISECONDS)).as(Files.readString(log)).isFalse();
    }
    return pond;
  }
}
