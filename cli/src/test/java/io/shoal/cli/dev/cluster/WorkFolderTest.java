package io.shoal.cli.dev.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {

  @TempDir Path directory;

  @Test
  void leavesNothingBehind() throws IOException {
    try (WorkFolder work = WorkFolder.create(directory, false)) {
      Files.writeString(work.stores().resolve("blob"), "x");
      assertThat(work.logs()).isDirectory();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void keepsEverythingWhenAsked() throws IOException {
    Path run;
    try (WorkFolder work = WorkFolder.create(directory, true)) {
      run = work.path();
      Files.writeString(work.stores().resolve("blob"), "x");
    }
    assertThat(run.resolve("stores/blob")).exists();

    WorkFolder.create(directory, false).close();
    assertThat(run.resolve("stores/blob")).exists();
  }

  @Test
  void keepsTheLogsOfAFailureButNotTheStores() throws IOException {
    Path run;
    try (WorkFolder work = WorkFolder.create(directory, false)) {
      run = work.path();
      work.keepLogs();
    }
    assertThat(run.resolve("logs")).exists();
    assertThat(run.resolve("stores")).doesNotExist();
  }

  @Test
  void deletesWhatAKilledRunLeftBehindAndNothingElse() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path leftover = Files.createDirectories(directory.resolve("run-" + ended.pid() + "-123/a/b"));
    Path images = Files.createDirectories(directory.resolve("images"));
    Path mine = Files.createDirectories(directory.resolve("run-my-notes"));

    try (WorkFolder first = WorkFolder.create(directory, false);
        WorkFolder second = WorkFolder.create(directory, false)) {
      assertThat(leftover).doesNotExist();
      assertThat(images).exists();
      assertThat(mine).exists();
      assertThat(first.path()).exists();
      assertThat(second.path()).exists();
    }
  }

  @Test
  void usualPlaceIsTheUsersCache() {
    assertThat(WorkFolder.usual(Map.of("XDG_CACHE_HOME", "/c"))).isEqualTo(Path.of("/c/shoal/dev"));
    assertThat(WorkFolder.usual(Map.of()).toString()).endsWith(".cache/shoal/dev");
  }
}
