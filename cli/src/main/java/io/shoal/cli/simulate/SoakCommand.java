package io.shoal.cli.simulate;

import io.shoal.cli.console.UserError;
import io.shoal.simulation.RandomScenarios;
import io.shoal.simulation.Simulation;
import io.shoal.simulation.SimulationConfig;
import io.shoal.simulation.SimulationResult;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs many small clusters under random faults and judges each. */
@Command(
    name = "soak",
    description =
        "Run small clusters under random faults, one for each seed. Everybody must finish, and"
            + " nobody may break a rule; a run that fails is shown with the command that repeats it.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  shoal simulate soak --seeds 10000"})
final class SoakCommand implements Callable<Integer> {

  private static final int SAYS_EVERY = 1000;
  private static final int MOST_FAILURES = 20;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private long seeds;

  @Option(
      names = "--from",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "The first seed (default: ${DEFAULT-VALUE}).")
  private long from;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    int failures = 0;
    for (long seed = from; seed < from + seeds; seed++) {
      SimulationConfig config = RandomScenarios.of(seed);
      SimulationResult result = Simulation.run(config);
      if (!result.sound()) {
        out.println("seed " + seed + ":");
        SimulateCommand.complaints(config, result).forEach(line -> out.println("  " + line));
        failures++;
      }
      if ((seed - from + 1) % SAYS_EVERY == 0) {
        out.printf("%d seeds, %d failed%n", seed - from + 1, failures);
        out.flush();
      }
      if (failures >= MOST_FAILURES) {
        break;
      }
    }
    out.printf("%d seeds from %d: %s%n", seeds, from, failures == 0 ? "all well" : "FAILED");
    return failures == 0 ? 0 : UserError.FAILED;
  }
}
