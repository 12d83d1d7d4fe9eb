package io.shoal.cli.bench;

import io.shoal.cli.bench.serve.ServeCommand;
import io.shoal.cli.bench.wire.SideCommand;
import io.shoal.cli.bench.wire.WireCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Parent of the measurements. */
@Command(
    name = "bench",
    description = "Measure Shoal on this machine.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  shoal bench wire"})
public final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;

  private BenchCommand() {}

  /** The command with its sub-commands. */
  public static CommandLine commandLine(String mainClass, Map<String, String> environment) {
    CommandLine bench = new CommandLine(new BenchCommand());
    bench.addSubcommand(new WireCommand(mainClass, environment));
    bench.addSubcommand(new ServeCommand(mainClass, environment));
    bench.addSubcommand(new SideCommand());
    return bench;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to measure.");
  }
}
