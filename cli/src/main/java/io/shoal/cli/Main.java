package io.shoal.cli;

import io.shoal.cli.bench.BenchCommand;
import io.shoal.cli.cache.CacheCommand;
import io.shoal.cli.cluster.ClusterCommand;
import io.shoal.cli.completion.CompletionCommand;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.dev.DevCommand;
import io.shoal.cli.dev.registry.RegistryCommand;
import io.shoal.cli.doctor.DoctorCommand;
import io.shoal.cli.files.FolderCommand;
import io.shoal.cli.health.HealthCommand;
import io.shoal.cli.kubernetes.KubernetesCommand;
import io.shoal.cli.node.NodeCommand;
import io.shoal.cli.prewarm.PrewarmCommand;
import io.shoal.cli.pull.PullCommand;
import io.shoal.cli.serve.ConfigurationPage;
import io.shoal.cli.serve.RuntimeAccessCommand;
import io.shoal.cli.serve.ServerCommands;
import io.shoal.cli.simulate.SimulateCommand;
import io.shoal.cli.status.StatusCommand;
import io.shoal.cli.training.TrainCommand;
import java.io.PrintStream;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code shoal} command. Every server and every operator's tool is one of its sub-commands. */
@Command(
    name = "shoal",
    description = "Container images through the cluster at the speed of the network.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal dev                                       a cluster on this machine, and a pull",
      "  shoal agent --config /etc/shoal/agent.yml       the agent of a node",
      "  shoal doctor --config /etc/shoal/agent.yml      is it working?"
    },
    versionProvider = Main.Version.class)
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine(System.getenv()).execute(args));
  }

  /** The sub-commands in the order in which the help lists them. */
  static CommandLine commandLine(Map<String, String> environment) {
    return commandLine(environment, System.out);
  }

  /** The same, with what they print for people going to this stream. */
  static CommandLine commandLine(Map<String, String> environment, PrintStream out) {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.addSubcommand(new DevCommand(Main.class.getName(), environment));
    for (CommandLine server : ServerCommands.all(environment)) {
      commandLine.addSubcommand(server);
    }
    commandLine.addSubcommand(new RuntimeAccessCommand(environment));
    commandLine.addSubcommand(new ClusterCommand());
    commandLine.addSubcommand(NodeCommand.commandLine());
    commandLine.addSubcommand(new DoctorCommand(environment));
    commandLine.addSubcommand(new StatusCommand(environment, out));
    commandLine.addSubcommand(PrewarmCommand.commandLine(environment));
    commandLine.addSubcommand(new PullCommand(environment, out));
    commandLine.addSubcommand(CacheCommand.commandLine(environment, out));
    commandLine.addSubcommand(new HealthCommand());
    commandLine.addSubcommand(BenchCommand.commandLine(Main.class.getName(), environment));
    commandLine.addSubcommand(SimulateCommand.commandLine(Main.class.getName()));
    commandLine.addSubcommand(new CompletionCommand());
    commandLine.addSubcommand(new RegistryCommand());
    commandLine.addSubcommand(new TrainCommand());
    commandLine.addSubcommand(new FolderCommand());
    commandLine.addSubcommand(KubernetesCommand.commandLine(environment));
    commandLine.addSubcommand(new ConfigurationPage());
    commandLine.addSubcommand(new CommandsPage());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(Main::wrongCommandLine);
    commandLine.setExecutionExceptionHandler(Main::failed);
    return commandLine;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: one of the commands below.");
  }

  /** What is wrong, and where to read more; the whole help only to those who said nothing. */
  private static int wrongCommandLine(ParameterException e, String[] args) {
    CommandLine commandLine = e.getCommandLine();
    commandLine.getErr().println("shoal: " + e.getMessage());
    if (args.length == 0) {
      commandLine.usage(commandLine.getErr());
    } else if (!UnmatchedArgumentException.printSuggestions(e, commandLine.getErr())) {
      String command = commandLine.getCommandSpec().qualifiedName();
      commandLine.getErr().println("Try: " + command + " --help");
    }
    return UserError.UNUSABLE;
  }

  private static int failed(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (e instanceof UserError expected) {
      commandLine.getErr().println("shoal: " + expected.getMessage());
      return expected.exitCode();
    }
    commandLine
        .getErr()
        .println(
            "shoal: failed unexpectedly: "
                + Causes.text(e)
                + " (SHOAL_LOG_LEVEL=debug shows where; please report it)");
    LoggerFactory.getLogger(Main.class).debug("failed unexpectedly", e);
    return UserError.FAILED;
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"shoal " + (version == null ? "(development)" : version)};
    }
  }
}
