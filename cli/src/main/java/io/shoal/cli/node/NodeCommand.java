package io.shoal.cli.node;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What concerns the host that it runs on. */
@Command(
    name = "node",
    description = "Point this host's container runtime at the agent, and take it back.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal node setup --runtime containerd --dry-run",
      "  shoal node restore --runtime containerd"
    })
public final class NodeCommand implements Runnable {

  @Spec private CommandSpec spec;

  /** The command with its sub-commands. */
  public static CommandLine commandLine() {
    return new CommandLine(new NodeCommand())
        .addSubcommand(new SetupCommand(SystemPrograms::new))
        .addSubcommand(new RestoreCommand(SystemPrograms::new));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: setup or restore.");
  }
}
