package io.shoal.cli.simulate;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.TextTable;
import io.shoal.cli.console.UserError;
import io.shoal.core.units.ByteRate;
import io.shoal.simulation.Simulation;
import io.shoal.simulation.SimulationConfig;
import io.shoal.simulation.SimulationResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Holds the simulator against real processes. */
@Command(
    name = "reality",
    description =
        "Let real agent processes on this machine pull a blob at a limited rate, simulate the same,"
            + " and print both side by side. Fails if they are more than 15 %% apart.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  shoal simulate reality"})
final class RealityCommand implements Callable<Integer> {

  private static final double MOST_APART = 0.15;

  /** Upstream is this much faster than a node, so that it is not what is measured. */
  private static final int UPSTREAM_TIMES = 10;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "8",
      description = "Agent processes (default: ${DEFAULT-VALUE}).")
  private int agents;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      defaultValue = "20MB/s",
      description = "Up and down of each agent and of the origin (default: ${DEFAULT-VALUE}).")
  private String rateText;

  @Option(
      names = "--blob",
      paramLabel = "SIZE",
      defaultValue = "300MB",
      description = "Length of the blob (default: ${DEFAULT-VALUE}).")
  private String blob;

  private final String mainClass;

  @Spec private CommandSpec spec;

  /**
   * @param mainClass the program, to start the real cluster as a child
   */
  RealityCommand(String mainClass) {
    this.mainClass = mainClass;
  }

  @Override
  public Integer call() throws InterruptedException {
    ByteRate rate = RunOptions.option("--rate", () -> ByteRate.parse(rateText));
    ByteRate upstream = new ByteRate(UPSTREAM_TIMES * rate.bytesPerSecond());
    JsonNode real = cluster(rate, upstream);
    SimulationResult simulated =
        Simulation.run(
            SimulationConfig.builder()
                .agents(agents)
                .blobs(real.path("imageBytes").asLong())
                .rate(rate)
                .upstreamRate(upstream)
                .build());
    List<Double> seconds = new ArrayList<>();
    real.path("pulls").forEach(pull -> seconds.add(pull.path("seconds").asDouble()));
    SimulationResult.Quantiles measured = SimulationResult.Quantiles.of(seconds);
    TextTable table = new TextTable("", "processes", "simulation", "apart");
    boolean close = row(table, "p50 s", measured.p50(), simulated.completion().p50());
    close &= row(table, "max s", measured.max(), simulated.completion().max());
    double copies = real.path("originCopies").asDouble();
    close &= row(table, "origin copies", copies, simulated.originCopies());
    PrintWriter out = spec.commandLine().getOut();
    table.lines().forEach(out::println);
    return close ? 0 : UserError.FAILED;
  }

  private static boolean row(TextTable table, String name, double real, double simulated) {
    double apart = simulated / real - 1;
    table.row(
        name,
        format(ROOT, "%.2f", real),
        format(ROOT, "%.2f", simulated),
        format(ROOT, "%+.1f %%", 100 * apart));
    return Math.abs(apart) <= MOST_APART;
  }

  /** What {@code shoal dev} reports of such a cluster. */
  private JsonNode cluster(ByteRate rate, ByteRate upstream) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass, "dev"));
    command.addAll(List.of("--agents", "" + agents, "--layers", blob, "--once"));
    command.addAll(List.of("--agent-rate", rate.bytesPerSecond() + "B/s"));
    command.addAll(List.of("--origin-rate", rate.bytesPerSecond() + "B/s"));
    command.addAll(List.of("--upstream-rate", upstream.bytesPerSecond() + "B/s"));
    command.addAll(List.of("--output", "json"));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      JsonNode report = new ObjectMapper().readTree(process.getInputStream());
      if (process.waitFor() != 0) {
        throw UserError.failed("the real cluster did not finish its pulls");
      }
      return report;
    } catch (IOException e) {
      throw UserError.failed("cannot run a real cluster: " + Causes.text(e));
    }
  }
}
