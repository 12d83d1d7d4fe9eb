package io.shoal.cli.training;

import io.shoal.agent.AgentConfig;
import io.shoal.agent.AgentServer;
import io.shoal.cli.dev.image.ImageGenerator;
import io.shoal.cli.dev.image.ImagePlan;
import io.shoal.cli.dev.registry.BuiltInRegistry;
import io.shoal.cli.files.DirectoryTree;
import io.shoal.cli.layout.OciLayout;
import io.shoal.cli.pull.BlobTarget;
import io.shoal.cli.pull.ImagePull;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.ConfigException;
import io.shoal.config.ConfigLoader;
import io.shoal.core.reference.Platform;
import io.shoal.origin.OriginConfig;
import io.shoal.origin.OriginServer;
import io.shoal.tracker.TrackerConfig;
import io.shoal.tracker.TrackerServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;

/**
 * Runs every server in this one process and lets two agents pull a small image. Started once per
 * build with {@code -XX:AOTCacheOutput}: the classes that it loads and the methods that it finds
 * hot go into the distribution's AOT cache (JEP 483, JEP 515), which saves each server most of its
 * start-up time and its first pull the slowness of a cold JVM.
 */
@Command(name = "train", hidden = true, description = "Fill the AOT cache of a build.")
public final class TrainCommand implements Callable<Integer> {

  private static final String REPOSITORY = "shoal/training";
  private static final List<Long> LAYERS = List.of(96_000_000L, 40_000_000L, 24_000_000L, 200_000L);

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("shoal-training");
    try {
      pullAll(folder);
      return 0;
    } finally {
      DirectoryTree.delete(folder);
    }
  }

  private static void pullAll(Path folder) throws Exception {
    ClusterFolder cluster = ClusterFolder.init(folder.resolve("cluster"));
    ImagePlan plan = new ImagePlan(LAYERS, 1, System.getProperty("os.arch", "amd64"));
    OciLayout image = new ImageGenerator(folder.resolve("images")).image(plan);
    Map<String, String> common = new HashMap<>();
    common.put("LISTEN", "127.0.0.1:0");
    common.put("CLUSTER", cluster.clusterFile().toString());
    try (BuiltInRegistry registry = BuiltInRegistry.start(0, REPOSITORY, "latest", image);
        TrackerServer tracker = TrackerServer.start(trackerConfig(common, cluster), false)) {
      common.put("TRACKER", "https://127.0.0.1:" + tracker.port());
      common.put("PEER_LISTEN", "127.0.0.1:0");
      common.put("STORE_KEEP_FREE", "0.01");
      common.put("STORE_SHARE_OF_DISK", "0.95");
      common.put("UPSTREAMS_DEFAULT", "train.local");
      common.put(
          "UPSTREAMS_REGISTRIES",
          "{train.local: {url: 'http://127.0.0.1:" + registry.port() + "'}}");
      try (OriginServer origin = OriginServer.start(originConfig(common, cluster, folder), false)) {
        common.put("ORIGINS", "https://127.0.0.1:" + origin.port());
        try (AgentServer first = AgentServer.start(agentConfig(common, folder, "first"), false);
            AgentServer second = AgentServer.start(agentConfig(common, folder, "second"), false)) {
          pull(List.of(first.port(), second.port()));
        }
      }
    }
  }

  private static void pull(List<Integer> ports) throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> pulls = new ArrayList<>();
      for (int port : ports) {
        URI agent = URI.create("http://127.0.0.1:" + port);
        ImagePull pull =
            new ImagePull(agent, REPOSITORY, "latest", Platform.own(), BlobTarget.NOWHERE);
        pulls.add(threads.submit(pull::run));
      }
      for (Future<?> pull : pulls) {
        pull.get();
      }
    }
  }

  private static TrackerConfig trackerConfig(Map<String, String> common, ClusterFolder cluster)
      throws ConfigException {
    return load(
        TrackerConfig.class,
        TrackerConfig.ENV_PREFIX,
        common,
        Map.of("SERVER_KEY", cluster.serverKey().toString()));
  }

  private static OriginConfig originConfig(
      Map<String, String> common, ClusterFolder cluster, Path folder) throws ConfigException {
    return load(
        OriginConfig.class,
        OriginConfig.ENV_PREFIX,
        common,
        Map.of(
            "SERVER_KEY", cluster.serverKey().toString(),
            "SIGNING_KEY", cluster.signingKey().toString(),
            "STORE_DIR", folder.resolve("origin").toString()));
  }

  private static AgentConfig agentConfig(Map<String, String> common, Path folder, String name)
      throws ConfigException {
    return load(
        AgentConfig.class,
        AgentConfig.ENV_PREFIX,
        common,
        Map.of("NODE_NAME", name, "STORE_DIR", folder.resolve(name).toString()));
  }

  private static <T extends Record> T load(
      Class<T> type, String prefix, Map<String, String> common, Map<String, String> own)
      throws ConfigException {
    Map<String, String> environment = new HashMap<>();
    common.forEach((key, value) -> environment.put(prefix + "_" + key, value));
    own.forEach((key, value) -> environment.put(prefix + "_" + key, value));
    return ConfigLoader.load(type, prefix, Optional.empty(), environment);
  }
}
