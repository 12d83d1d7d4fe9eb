package io.shoal.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessesTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final JvmFlags NO_FLAGS = new JvmFlags(List.of(), Optional.empty(), "");

  @TempDir Path directory;

  /** Runs as the child: says a port, then waits for its parent to end. */
  static final class Child {
    static void main(String[] args) throws Exception {
      List<String> arguments = List.of(args);
      if (arguments.contains("--fail")) {
        System.err.println("the disk is made of cheese");
        System.exit(3);
      }
      CountDownLatch end = new CountDownLatch(1);
      ParentWatch.start(System.in, end::countDown);
      String file = arguments.get(arguments.indexOf("--ready-file") + 1);
      new ReadyFile(Path.of(file)).write(4711);
      end.await();
    }
  }

  /** Runs as a parent that is killed: starts a child and tells its number. */
  static final class Parent {
    static void main(String[] args) throws Exception {
      ChildProcesses children =
          new ChildProcesses(Child.class.getName(), NO_FLAGS, Path.of(args[0]));
      ChildProcess child = children.start("child", List.of());
      child.awaitPort(LIMIT);
      System.out.println(child.pid());
      new CountDownLatch(1).await();
    }
  }

  @Test
  void childSaysItsPortAndEndsOnClose() throws Exception {
    try (ChildProcesses children = children()) {
      ChildProcess child = children.start("child", List.of());

      assertThat(child.awaitPort(LIMIT)).isEqualTo(4711);
      assertThat(child.alive()).isTrue();
      children.close();

      assertThat(child.alive()).isFalse();
      assertThatThrownBy(() -> children.start("late", List.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("shutting down");
    }
  }

  @Test
  void failedStartQuotesTheLog() throws Exception {
    try (ChildProcesses children = children()) {
      ChildProcess child = children.start("child", List.of("--fail"));

      assertThatThrownBy(() -> child.awaitPort(LIMIT))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("child ended with exit code 3 instead of serving")
          .hasMessageContaining("the disk is made of cheese");
    }
  }

  @Test
  void childEndsWhenItsParentIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.toString())
            .redirectError(directory.resolve("parent.log").toFile())
            .start();
    long pid;
    try (var lines = parent.inputReader()) {
      String said = lines.readLine();
      assertThat(said).as(Files.readString(directory.resolve("parent.log"))).isNotNull();
      pid = Long.parseLong(said);
    }
    ProcessHandle child = ProcessHandle.of(pid).orElseThrow();

    parent.destroyForcibly();

    child.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void parentsEndIsSeenOnce() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);

    ParentWatch.start(new ByteArrayInputStream(new byte[100]), ended::countDown);

    assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private ChildProcesses children() {
    return new ChildProcesses(Child.class.getName(), NO_FLAGS, directory);
  }
}
