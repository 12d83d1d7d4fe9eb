package io.shoal.cli.simulate;

import io.shoal.cli.console.UserError;
import io.shoal.simulation.Simulation;
import io.shoal.simulation.SimulationConfig;
import io.shoal.simulation.SimulationResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one simulated cluster. */
@Command(
    name = "simulate",
    description = {
      "Run a whole cluster on virtual time, with the production swarm in every node, and say how"
          + " long its agents took.",
      "The same options give the same result on any machine."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal simulate --agents 1000 --blobs 512MiB",
      "  shoal simulate --agents 400 --racks 10 --oversubscription 4 --output json",
      "  shoal simulate --slow 2%%@2%%:up --arrivals 10@2T --plot curves.svg",
      "  shoal simulate --faults restart=5%%,poison=1,tracker-loss=1@0.2s..3s --seed 7",
      "  shoal simulate soak --seeds 10000",
      "  shoal simulate tables --list",
      "  shoal simulate reality"
    },
    mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {

  /** Form of the result. */
  enum Output {
    /** Tables. */
    TEXT,
    /** One object. */
    JSON
  }

  @Mixin private RunOptions run = new RunOptions();

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Output output;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "Draw how many agents had finished when.")
  private @Nullable Path plot;

  @Spec private CommandSpec spec;

  private SimulateCommand() {}

  /**
   * The command with its sub-commands.
   *
   * @param mainClass the program, to start real processes beside the simulated ones
   */
  public static CommandLine commandLine(String mainClass) {
    CommandLine simulate = new CommandLine(new SimulateCommand());
    simulate.addSubcommand(new SoakCommand());
    simulate.addSubcommand(new TablesCommand());
    simulate.addSubcommand(new RealityCommand(mainClass));
    return simulate;
  }

  @Override
  public Integer call() {
    SimulationConfig config = run.config();
    SimulationResult result = Simulation.run(config);
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case TEXT -> ResultTable.lines(config, result).forEach(out::println);
      case JSON -> out.println(ResultJson.of(config, result));
    }
    if (plot != null) {
      CurvePlot.write(plot, Map.of(config.policy().text(), result));
    }
    if (result.sound()) {
      return 0;
    }
    PrintWriter err = spec.commandLine().getErr();
    complaints(config, result).forEach(err::println);
    return UserError.FAILED;
  }

  /** What was wrong with a run, and how to see it again. */
  static List<String> complaints(SimulationConfig config, SimulationResult result) {
    List<String> lines = new ArrayList<>();
    if (result.failed() > 0) {
      lines.add(result.failed() + " agents did not finish");
    }
    lines.addAll(result.violations());
    lines.add("again: " + config.command());
    return lines;
  }
}
