package io.shoal.cli.kubernetes;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the hooks of the Helm chart run; of no use to people. */
@Command(
    name = "kubernetes",
    hidden = true,
    description = "What the Helm chart does inside a cluster.",
    mixinStandardHelpOptions = true)
public final class KubernetesCommand implements Runnable {

  @Spec private CommandSpec spec;

  private KubernetesCommand() {}

  /** The command and its sub-commands, in the environment of a pod. */
  public static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new KubernetesCommand())
        .addSubcommand(new ClusterSecretCommand(environment))
        .addSubcommand(new AwaitRestoreCommand(environment))
        .addSubcommand(new RemoveCacheCommand())
        .addSubcommand(new HoldCommand());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do: cluster-secret, await-restore, remove-cache or hold.");
  }
}
