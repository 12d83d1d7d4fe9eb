package io.shoal.cli.serve;

import io.shoal.agent.AgentConfig;
import io.shoal.agent.AgentServer;
import io.shoal.cli.process.RunningServer;
import io.shoal.origin.OriginConfig;
import io.shoal.origin.OriginServer;
import io.shoal.proxy.ProxyConfig;
import io.shoal.proxy.ProxyServer;
import io.shoal.tracker.TrackerConfig;
import io.shoal.tracker.TrackerServer;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import picocli.CommandLine;

/** The servers that this command can be. */
public final class ServerCommands {

  private static final ServerKind<AgentConfig> AGENT =
      new ServerKind<>(
          "agent",
          "Serve the pulls of this node, and share what it has with the other nodes.",
          AgentConfig.ENV_PREFIX,
          AgentConfig.class,
          AgentConfig::cluster,
          AgentConfig::log,
          (config, insecure) -> {
            AgentServer server = AgentServer.start(config, insecure);
            return running(server::port, server);
          });

  private static final ServerKind<OriginConfig> ORIGIN =
      new ServerKind<>(
          "origin",
          "Fetch from the central registries, each byte once, and seed the swarms.",
          OriginConfig.ENV_PREFIX,
          OriginConfig.class,
          OriginConfig::cluster,
          OriginConfig::log,
          (config, insecure) -> {
            OriginServer server = OriginServer.start(config, insecure);
            return running(server::port, server);
          });

  private static final ServerKind<TrackerConfig> TRACKER =
      new ServerKind<>(
          "tracker",
          "Introduce peers to each other and show the fleet.",
          TrackerConfig.ENV_PREFIX,
          TrackerConfig.class,
          TrackerConfig::cluster,
          TrackerConfig::log,
          (config, insecure) -> {
            TrackerServer server = TrackerServer.start(config, insecure);
            return running(server::port, server);
          });

  private static final ServerKind<ProxyConfig> REGISTRY_PROXY =
      new ServerKind<>(
          "registry-proxy",
          "Serve pulls of clients that have no agent, through the origins.",
          "SHOAL_REGISTRY_PROXY",
          ProxyConfig.class,
          ProxyConfig::cluster,
          ProxyConfig::log,
          (config, insecure) -> {
            ProxyServer server = ProxyServer.start(config, insecure);
            return running(server::port, server);
          });

  static final List<ServerKind<?>> KINDS = List.of(AGENT, ORIGIN, TRACKER, REGISTRY_PROXY);

  private ServerCommands() {}

  /** One sub-command for each. */
  public static List<CommandLine> all(Map<String, String> environment) {
    return KINDS.stream()
        .map(kind -> new ServerCommand<>(kind, environment).commandLine())
        .toList();
  }

  private static RunningServer running(IntSupplier port, AutoCloseable server) {
    return new RunningServer() {
      @Override
      public int port() {
        return port.getAsInt();
      }

      @Override
      public void close() throws Exception {
        server.close();
      }
    };
  }
}
