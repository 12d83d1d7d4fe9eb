package io.shoal.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shoal.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FolderCommandTest {

  @TempDir Path directory;

  @Test
  void aFolderIsMadeAndMadeAgain() throws IOException {
    Path folder = directory.resolve("a/b");
    String owner =
        Files.getAttribute(directory, "unix:uid") + ":" + Files.getAttribute(directory, "unix:gid");

    assertThat(run(folder, owner)).isZero();
    assertThat(run(folder, owner)).isZero();

    assertThat(folder).isDirectory();
  }

  @Test
  void rootGivesItAway() throws IOException {
    assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root can");
    Path folder = directory.resolve("cache");

    assertThat(run(folder, "10001:10002")).isZero();

    assertThat(Files.getAttribute(folder, "unix:uid")).isEqualTo(10001);
    assertThat(Files.getAttribute(folder, "unix:gid")).isEqualTo(10002);
  }

  @Test
  void namesInsteadOfNumbersAreRefused() {
    assertThatThrownBy(() -> run(directory, "shoal:shoal"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("two numbers");
  }

  /** Calls it as Main does, but lets errors through. */
  private static int run(Path folder, String owner) {
    FolderCommand command = new FolderCommand();
    new CommandLine(command).parseArgs(folder.toString(), "--owner", owner);
    return command.call();
  }
}
