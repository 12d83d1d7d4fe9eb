package io.shoal.cli;

import io.shoal.agent.AgentConfig;
import io.shoal.agent.AgentServer;
import io.shoal.cli.dev.image.ImageGenerator;
import io.shoal.cli.dev.image.ImagePlan;
import io.shoal.cli.dev.registry.BuiltInRegistry;
import io.shoal.cli.layout.OciLayout;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.ConfigLoader;
import io.shoal.origin.OriginConfig;
import io.shoal.origin.OriginServer;
import io.shoal.proxy.ProxyConfig;
import io.shoal.proxy.ProxyServer;
import io.shoal.tracker.TrackerConfig;
import io.shoal.tracker.TrackerServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole cluster in this process: a registry with one image, and every server once. */
public final class LocalNode implements AutoCloseable {

  /** The image that the registry has: layers of 3 MB and 200 kB. */
  public static final String IMAGE = "docs.local/shoal/sample:latest";

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Map<String, String> common = new HashMap<>();
  private final ClusterFolder cluster;
  private final OciLayout image;
  private final BuiltInRegistry registry;
  private final OriginServer origin;
  private final AgentServer agent;
  private final TrackerServer tracker;
  private final ProxyServer proxy;

  private LocalNode(Path folder) throws Exception {
    cluster = ClusterFolder.init(folder.resolve("cluster"));
    String arch = System.getProperty("os.arch", "amd64");
    ImagePlan plan = new ImagePlan(List.of(3_000_000L, 200_000L), 1, arch);
    image = new ImageGenerator(folder.resolve("images")).image(plan);
    registry = opened(BuiltInRegistry.start(0, "shoal/sample", "latest", image));
    common.put("LISTEN", "127.0.0.1:0");
    common.put("CLUSTER", cluster.clusterFile().toString());
    Map<String, String> servers = new HashMap<>(common);
    servers.put("SERVER_KEY", cluster.serverKey().toString());
    tracker =
        opened(
            TrackerServer.start(
                load(TrackerConfig.class, TrackerConfig.ENV_PREFIX, servers), false));
    common.put("TRACKER", "https://127.0.0.1:" + tracker.port());
    common.put("PEER_LISTEN", "127.0.0.1:0");
    common.put("STORE_KEEP_FREE", "0.01");
    common.put("STORE_SHARE_OF_DISK", "0.95");
    common.put(
        "UPSTREAMS_REGISTRIES", "{docs.local: {url: 'http://127.0.0.1:" + registry.port() + "'}}");
    servers.putAll(common);
    servers.put("SIGNING_KEY", cluster.signingKey().toString());
    servers.put("STORE_DIR", folder.resolve("origin").toString());
    origin =
        opened(
            OriginServer.start(load(OriginConfig.class, OriginConfig.ENV_PREFIX, servers), false));
    common.put("ORIGINS", "https://127.0.0.1:" + origin.port());
    common.put("STORE_DIR", folder.resolve("agent").toString());
    common.put("NODE_NAME", "node-1");
    agent =
        opened(AgentServer.start(load(AgentConfig.class, AgentConfig.ENV_PREFIX, common), false));
    proxy = opened(ProxyServer.start(load(ProxyConfig.class, "PROXY", proxySettings()), false));
    common.put("LISTEN", "127.0.0.1:" + agent.port());
    common.put("PEER_LISTEN", "127.0.0.1:" + agent.peerPort());
  }

  private Map<String, String> proxySettings() {
    Map<String, String> settings = new HashMap<>();
    for (String key : List.of("LISTEN", "CLUSTER", "ORIGINS", "UPSTREAMS_REGISTRIES")) {
      settings.put(key, common.getOrDefault(key, ""));
    }
    return settings;
  }

  /** Starts everything, with its files in this folder. */
  public static LocalNode start(Path folder) throws Exception {
    return new LocalNode(folder);
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  private static <T extends Record> T load(
      Class<T> type, String prefix, Map<String, String> settings) throws Exception {
    Map<String, String> environment = new HashMap<>();
    settings.forEach((key, value) -> environment.put(prefix + "_" + key, value));
    return ConfigLoader.load(type, prefix, Optional.empty(), environment);
  }

  /** What configures a command that is about this agent. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    common.forEach((key, value) -> environment.put(AgentConfig.ENV_PREFIX + "_" + key, value));
    return environment;
  }

  /** The options of a command that asks the tracker. */
  public List<String> trackerOptions() {
    return List.of(
        "--tracker",
        "https://127.0.0.1:" + tracker.port(),
        "--cluster",
        cluster.clusterFile().toString());
  }

  /** The image, as the registry reads it. */
  public OciLayout image() {
    return image;
  }

  /** Where the registry listens, which answers for any host. */
  public int registryPort() {
    return registry.port();
  }

  /** Where the agent's pull endpoint is. */
  public URI agent() {
    return URI.create("http://127.0.0.1:" + agent.port());
  }

  /** Where the tracker is. */
  public URI tracker() {
    return URI.create("https://127.0.0.1:" + tracker.port());
  }

  /** Where the origin is. */
  public URI origin() {
    return URI.create("https://127.0.0.1:" + origin.port());
  }

  /** Where the registry-proxy is. */
  public URI registryProxy() {
    return URI.create("http://127.0.0.1:" + proxy.port());
  }

  /** The folder of the agent's store. */
  public Path store() {
    return Path.of(common.getOrDefault("STORE_DIR", ""));
  }

  /** The folder with the cluster's files. */
  public ClusterFolder cluster() {
    return cluster;
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
