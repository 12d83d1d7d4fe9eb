package io.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path directory;

  @Test
  void helpListsTheCommandsForPeople() {
    assertThat(run("--help")).isZero();

    assertThat(out.toString()).contains("dev", "cluster").doesNotContain("dev-registry");
  }

  @Test
  void helpOfDevTellsItsOptionsButNotThoseForPrograms() {
    assertThat(run("dev", "--help")).isZero();

    assertThat(out.toString())
        .contains("--agents", "--upstream-rate", "--once", "--output")
        .doesNotContain("--ready-file");
  }

  @Test
  void nothingToDoIsAnErrorThatShowsTheCommands() {
    assertThat(run()).isEqualTo(2);

    assertThat(err.toString()).contains("Say what to do", "dev");
  }

  @Test
  void wrongOptionsAreExplainedInOneLine() {
    assertThat(run("dev", "--upstream-rate", "fast")).isEqualTo(2);

    assertThat(err.toString())
        .contains("--upstream-rate", "not a rate: 'fast' (write e.g. 60MB/s)")
        .contains("Try: shoal dev --help")
        .doesNotContain("Usage:");
  }

  @Test
  void commandThatDoesNotExistGetsASuggestion() {
    assertThat(run("devv")).isEqualTo(2);

    assertThat(err.toString()).contains("devv", "shoal dev");
  }

  @Test
  void optionsThatNeedEachOtherSaySo() {
    assertThat(run("dev", "--upstream", "http://127.0.0.1:5000")).isEqualTo(2);
    assertThat(run("dev", "--agents", "0")).isEqualTo(2);

    assertThat(err.toString())
        .contains("shoal: --upstream and --image belong together", "shoal: --agents is from 1 to");
  }

  @Test
  void clusterInitMakesAnInsecureOneWithoutAServerKey() {
    Path cluster = directory.resolve("open");

    assertThat(run("cluster", "init", "--insecure", cluster.toString())).isZero();
    assertThat(cluster.resolve("cluster.yml")).content().contains("insecure");
    assertThat(cluster.resolve("server.pem")).doesNotExist();
    assertThat(out.toString()).contains("origin.key").doesNotContain("server.pem");
  }

  @Test
  void clusterInitMakesAClusterOnce() {
    Path cluster = directory.resolve("cluster");

    assertThat(run("cluster", "init", cluster.toString())).isZero();
    assertThat(cluster.resolve("cluster.yml")).exists();
    assertThat(out.toString()).contains("cluster.yml", "server.pem", "origin.key");

    assertThat(run("cluster", "init", cluster.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("a cluster is there already");
  }

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine(Map.of());
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }
}
