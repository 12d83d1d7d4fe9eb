package io.shoal.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.console.UserError;
import io.shoal.simulation.Fault;
import io.shoal.simulation.RandomScenarios;
import io.shoal.simulation.SimulationConfig;
import io.shoal.swarm.engine.SwarmPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SimulateCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path directory;

  @Test
  void printsOneObjectWithEveryFigure() throws Exception {
    assertThat(run("--agents", "8", "--blobs", "8MiB,1MB", "--output", "json")).isZero();

    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("boundSeconds").asDouble()).isGreaterThan(0.007);
    for (String quantile : List.of("p50", "p90", "p99", "p999", "max")) {
      assertThat(json.path("completionSeconds").path(quantile).asDouble()).isPositive();
    }
    assertThat(json.path("ratioToBound").path("p50").asDouble()).isGreaterThan(1);
    assertThat(json.path("ratioToBound").path("p99").asDouble()).isGreaterThan(1);
    assertThat(json.path("originCopies").asDouble()).isGreaterThanOrEqualTo(1);
    for (String number :
        List.of(
            "firstByteSeconds",
            "upstreamCopies",
            "duplicateShare",
            "controlShare",
            "crossRackCopies",
            "failed")) {
      assertThat(json.path(number).isNumber()).as(number).isTrue();
    }
  }

  @Test
  void printsTablesAndDrawsCurves() throws Exception {
    Path plot = directory.resolve("curves.svg");

    assertThat(run("--agents", "8", "--blobs", "8MiB", "--slow", "25%@10%:up", "--plot", "" + plot))
        .isZero();

    assertThat(out.toString()).contains("completion", "impaired agents", "copies from the origins");
    assertThat(Files.readString(plot)).contains("<svg");
  }

  @ParameterizedTest
  @CsvSource({
    "--agents,0,--agents: from 1",
    "--blobs,big,--blobs: not a size",
    "--rate,1GB,--rate: not a rate",
    "--slow,2%,--slow: not a share of slow agents",
    "--arrivals,soon,--arrivals: not a time",
    "--faults,fire=1,--faults: no fault 'fire'",
    "--policy,magic,--policy: no policy 'magic'",
    "--oversubscription,4,--oversubscription needs --racks",
    "--trackers,8,--trackers: from 1 to 7"
  })
  void saysWhatIsWrongWithAnOption(String option, String value, String reason) {
    assertThat(run(option, value)).isEqualTo(UserError.UNUSABLE);

    assertThat(err.toString()).contains(reason);
  }

  @Test
  void helpTellsOfEveryFaultAndPolicy() {
    assertThat(run("--help")).isZero();

    String words = out.toString().replaceAll("\\s+", " ");
    for (SwarmPolicy policy : SwarmPolicy.values()) {
      assertThat(words).contains(" " + policy.text());
    }
    for (Fault.Kind kind : Fault.Kind.values()) {
      assertThat(out.toString()).contains(kind.text() + ": ");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void theCommandOfARunRepeatsIt(long seed) {
    SimulationConfig config = RandomScenarios.of(seed);
    List<String> words = List.of(config.command().split(" "));
    OptionsOnly options = new OptionsOnly();

    new CommandLine(options).parseArgs(words.subList(2, words.size()).toArray(String[]::new));

    assertThat(options.run.config()).isEqualTo(config);
  }

  @Test
  void tablesAreListedAndRun() {
    assertThat(run("tables", "--list")).isZero();
    assertThat(out.toString()).contains("flash: ", "growth: ", "policies: ");

    assertThat(run("tables", "growth", "--most-agents", "10")).isZero();
    assertThat(out.toString()).contains("10 agents", "too few points");

    assertThat(run("tables", "chairs")).isEqualTo(UserError.UNUSABLE);
  }

  @Test
  void soakJudgesEverySeed() {
    assertThat(run("soak", "--seeds", "3")).isZero();

    assertThat(out.toString()).contains("3 seeds from 1: all well");
  }

  @Command
  private static final class OptionsOnly {
    @Mixin private RunOptions run = new RunOptions();
  }

  private int run(String... args) {
    CommandLine commandLine = SimulateCommand.commandLine("io.shoal.cli.Main");
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    commandLine.setExecutionExceptionHandler((e, at, parsed) -> {
      at.getErr().println(e.getMessage());
      return e instanceof UserError error ? error.exitCode() : -1;
    });
    return commandLine.execute(args);
  }
}
