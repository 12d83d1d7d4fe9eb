package io.shoal.cli.serve;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.process.ParentOptions;
import io.shoal.cli.process.RunningServer;
import io.shoal.cli.process.ServerLifetime;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFileException;
import io.shoal.config.ConfigException;
import io.shoal.config.ConfigLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one server until it is told to stop. */
@Command(mixinStandardHelpOptions = true)
final class ServerCommand<C extends Record> implements Callable<Integer> {

  private final ServerKind<C> kind;
  private final Map<String, String> environment;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration, in YAML. Without it, environment variables and defaults.")
  private @Nullable Path config;

  @Option(
      names = "--check-config",
      description = "Only say whether the configuration is right: \"ok\", or what is wrong.")
  private boolean checkConfig;

  @Option(
      names = "--insecure",
      description = "Start without a cluster file: anyone who reaches the ports may take part.")
  private boolean insecure;

  @Option(
      names = "--log-format",
      paramLabel = "FORM",
      description = "human or json; wins over log.format in the configuration.")
  private @Nullable LogFormat logFormat;

  @Mixin private ParentOptions parent;

  @Spec private CommandSpec spec;

  ServerCommand(ServerKind<C> kind, Map<String, String> environment) {
    this.kind = kind;
    this.environment = environment;
  }

  /** The sub-command, named and described. */
  CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(this);
    commandLine.getCommandSpec().name(kind.name());
    String file = " --config /etc/shoal/" + kind.name() + ".yml";
    commandLine
        .getCommandSpec()
        .usageMessage()
        .description(kind.description())
        .footerHeading("%nExamples:%n")
        .footer(
            "  shoal " + kind.name() + file, "  shoal " + kind.name() + file + " --check-config");
    return commandLine;
  }

  @Override
  public Integer call() throws Exception {
    C loaded = load();
    if (checkConfig) {
      spec.commandLine().getOut().println("ok");
      return 0;
    }
    LogFormat.of(kind.log().apply(loaded)).use();
    RunningServer server = start(loaded);
    LoggerFactory.getLogger(ServerCommand.class)
        .info("{} serves on port {}", kind.name(), server.port());
    ServerLifetime.serve(kind.name(), server, parent);
    return 0;
  }

  private C load() {
    try {
      C loaded =
          ConfigLoader.load(
              kind.configType(), kind.envPrefix(), Optional.ofNullable(config), settings());
      ClusterFile.load(kind.cluster().apply(loaded), insecure);
      return loaded;
    } catch (ConfigException e) {
      throw UserError.unusable(String.join(System.lineSeparator(), e.problems()));
    } catch (ClusterFileException e) {
      throw UserError.unusable(Causes.text(e));
    }
  }

  /** The flag is a setting as well; it wins over the file as the environment does. */
  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(environment);
    if (logFormat != null) {
      settings.put(kind.envPrefix() + "_LOG_FORMAT", logFormat.toString());
    }
    return settings;
  }

  private RunningServer start(C loaded) throws InterruptedException {
    try {
      return kind.start().start(loaded, insecure);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      LoggerFactory.getLogger(ServerCommand.class).debug("cannot start {}", kind.name(), e);
      throw UserError.failed("the " + kind.name() + " cannot start: " + Causes.text(e));
    }
  }
}
