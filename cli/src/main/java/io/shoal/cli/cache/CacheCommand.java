package io.shoal.cli.cache;

import java.io.PrintStream;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks after the blob cache of this node. */
@Command(
    name = "cache",
    description =
        "Look after the blob cache of this node, through its running agent. Only who may read the"
            + " cache's folder can: root, or the user that the agent runs as.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal cache ls --config /etc/shoal/agent.yml",
      "  shoal cache verify --config /etc/shoal/agent.yml",
      "  shoal cache rm 9f86d081884c --config /etc/shoal/agent.yml"
    })
public final class CacheCommand implements Runnable {

  @Spec private CommandSpec spec;

  private CacheCommand() {}

  /** The command and its sub-commands. */
  public static CommandLine commandLine(Map<String, String> environment, PrintStream out) {
    CommandLine cache = new CommandLine(new CacheCommand());
    cache.addSubcommand(new LsCommand(environment, out));
    cache.addSubcommand(new VerifyCommand(environment, out));
    cache.addSubcommand(new RmCommand(environment, out));
    cache.addSubcommand(new GcCommand(environment, out));
    return cache;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: ls, verify, rm or gc.");
  }
}
