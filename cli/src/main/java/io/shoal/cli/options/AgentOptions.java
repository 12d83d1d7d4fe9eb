package io.shoal.cli.options;

import io.shoal.agent.AgentConfig;
import io.shoal.cli.console.UserError;
import io.shoal.config.ConfigException;
import io.shoal.config.ConfigLoader;
import io.shoal.config.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The agent of this node, by its configuration. */
public final class AgentOptions {

  private final Map<String, String> environment;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The agent's configuration. Without it, environment variables and defaults.")
  private @Nullable Path config;

  /** Options in this environment, which may configure the agent, too. */
  public AgentOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The configuration that the agent runs with. */
  public AgentConfig load() {
    try {
      return ConfigLoader.load(
          AgentConfig.class, AgentConfig.ENV_PREFIX, Optional.ofNullable(config), environment);
    } catch (ConfigException e) {
      throw UserError.unusable(
          "the agent's configuration: " + String.join(System.lineSeparator(), e.problems()));
    }
  }

  /** Where an agent of this configuration is reached from its own host. */
  public static URI uri(AgentConfig agent) {
    return URI.create("http://" + local(agent.listen()));
  }

  /** An address that means all interfaces is reached here by the loopback one. */
  public static HostPort local(HostPort listen) {
    boolean all = listen.host().equals("0.0.0.0") || listen.host().equals("::");
    return all ? new HostPort("127.0.0.1", listen.port()) : listen;
  }
}
