package io.shoal.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.agent.AgentConfig;
import io.shoal.agent.AgentServer;
import io.shoal.cli.dev.image.ImageGenerator;
import io.shoal.cli.dev.image.ImagePlan;
import io.shoal.cli.dev.registry.BuiltInRegistry;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.ConfigLoader;
import io.shoal.origin.OriginConfig;
import io.shoal.origin.OriginServer;
import io.shoal.tracker.TrackerConfig;
import io.shoal.tracker.TrackerServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A healthy node, seen through configurations of which each is wrong in one way. */
class DoctorCommandTest {

  private static final String IMAGE = "docs.local/shoal/sample:latest";

  @TempDir static Path folder;
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
  private static final Map<String, String> HEALTHY = new HashMap<>();

  @TempDir Path root;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter said = new StringWriter();

  @BeforeAll
  static void startNode() throws Exception {
    ClusterFolder cluster = ClusterFolder.init(folder.resolve("cluster"));
    String arch = System.getProperty("os.arch", "amd64");
    ImagePlan plan = new ImagePlan(List.of(3_000_000L, 200_000L), 1, arch);
    BuiltInRegistry registry =
        opened(
            BuiltInRegistry.start(
                0,
                "shoal/sample",
                "latest",
                new ImageGenerator(folder.resolve("images")).image(plan)));
    Map<String, String> common = new HashMap<>();
    common.put("LISTEN", "127.0.0.1:0");
    common.put("CLUSTER", cluster.clusterFile().toString());
    Map<String, String> servers = new HashMap<>(common);
    servers.put("SERVER_KEY", cluster.serverKey().toString());
    TrackerServer tracker =
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
    OriginServer origin =
        opened(
            OriginServer.start(load(OriginConfig.class, OriginConfig.ENV_PREFIX, servers), false));
    common.put("ORIGINS", "https://127.0.0.1:" + origin.port());
    common.put("STORE_DIR", folder.resolve("agent").toString());
    AgentServer agent =
        opened(AgentServer.start(load(AgentConfig.class, AgentConfig.ENV_PREFIX, common), false));
    common.put("LISTEN", "127.0.0.1:" + agent.port());
    common.put("PEER_LISTEN", "127.0.0.1:" + agent.peerPort());
    common.forEach((key, value) -> HEALTHY.put(AgentConfig.ENV_PREFIX + "_" + key, value));
  }

  private static <T extends AutoCloseable> T opened(T part) {
    OPEN.push(part);
    return part;
  }

  private static <T extends Record> T load(
      Class<T> type, String prefix, Map<String, String> settings) throws Exception {
    Map<String, String> environment = new HashMap<>();
    settings.forEach((key, value) -> environment.put(prefix + "_" + key, value));
    return ConfigLoader.load(type, prefix, Optional.empty(), environment);
  }

  @AfterAll
  static void stopNode() throws Exception {
    while (!OPEN.isEmpty()) {
      OPEN.pop().close();
    }
  }

  @BeforeEach
  void beHealthy() {
    environment.putAll(HEALTHY);
  }

  @Test
  void aHealthyNodeIsWellAndShowsWhereTheBytesCameFrom() {
    // The agent's stream to its tracker opens by itself, some time after the start.
    int exit = 1;
    for (long end = System.nanoTime() + 20_000_000_000L; exit != 0 && System.nanoTime() < end; ) {
      said.getBuffer().setLength(0);
      exit = doctor("--image", IMAGE);
    }

    assertThat(exit).as(said.toString()).isZero();
    assertThat(said.toString()).contains("ok    test pull: 3", "MiB in", "all is well");
    assertThat(said.toString()).containsAnyOf("from origin", "from this disk");
  }

  @Test
  void namesAnAgentThatDoesNotRun() throws IOException {
    environment.put("SHOAL_AGENT_LISTEN", "127.0.0.1:" + freePort());

    assertFails("agent: no answer at", "systemctl start shoal-agent");
    assertThat(said.toString()).contains("-     test pull: the agent does not serve");
  }

  @Test
  void namesAPortThatOtherPeersCannotReach() throws IOException {
    environment.put("SHOAL_AGENT_PEER_LISTEN", "127.0.0.1:" + freePort());

    assertFails("peer port: nothing listens", "check peer.listen");
  }

  @Test
  void namesATrackerThatDoesNotAnswer() throws IOException {
    environment.put("SHOAL_AGENT_TRACKER", "https://127.0.0.1:" + freePort());

    assertFails("tracker: no answer from", "is the port open on the way");
  }

  @Test
  void namesAnOriginThatDoesNotAnswer() throws IOException {
    environment.put("SHOAL_AGENT_ORIGINS", "https://127.0.0.1:" + freePort());

    assertFails("origin: no answer from", "is it running");
  }

  @Test
  void namesAClusterFileOfAnotherCluster() throws Exception {
    ClusterFolder other = ClusterFolder.init(root.resolve("other"));
    environment.put("SHOAL_AGENT_CLUSTER", other.clusterFile().toString());

    assertFails("tracker: no answer from", "is cluster.yml of the same cluster?");
  }

  @Test
  void namesADiskThatIsTooFull() {
    environment.put("SHOAL_AGENT_STORE_KEEP_FREE", "0.9999");

    assertFails("disk:", "make room");
  }

  @Test
  void namesARegistryThatCannotBeReached() throws IOException {
    environment.put(
        "SHOAL_AGENT_UPSTREAMS_REGISTRIES",
        "{docs.local: {url: 'http://127.0.0.1:" + freePort() + "'}}");

    assertFails("upstream: docs.local cannot be reached", "open the way to");
  }

  @Test
  void namesAnImageThatIsNotThere() {
    assertThat(doctor("--image", "docs.local/shoal/missing:1")).isEqualTo(1);

    assertThat(said.toString()).contains("FAIL  test pull: GET", "upstreams.allow");
  }

  @Test
  void namesARuntimeThatIsNotSetUp() throws IOException {
    Files.createDirectories(root.resolve("etc/docker"));

    assertFails(
        "docker: /etc/docker/daemon.json does not name", "shoal node setup --runtime docker");
  }

  @Test
  void namesARuntimeWhoseFileIsBroken() throws IOException {
    Files.createDirectories(root.resolve("etc/docker"));
    Files.writeString(root.resolve("etc/docker/daemon.json"), "{");

    assertFails("docker: /etc/docker/daemon.json is broken", "mend");
  }

  @Test
  void namesASettingThatDoesNotExist() {
    environment.put("SHOAL_AGENT_LISTNE", "x");

    assertThat(doctor()).isEqualTo(1);
    assertThat(said.toString()).contains("configuration:", "LISTNE");
  }

  private void assertFails(String found, String fix) {
    assertThat(doctor("--image", IMAGE)).isEqualTo(1);
    assertThat(said.toString()).contains("FAIL  " + found, "fix: ").contains(fix);
  }

  private int doctor(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--root", root.toString()));
    all.addAll(List.of(arguments));
    CommandLine line = new CommandLine(new DoctorCommand(environment));
    line.setOut(new PrintWriter(said, true));
    line.setErr(new PrintWriter(said, true));
    line.setExecutionExceptionHandler((e, commandLine, parsed) -> {
      commandLine.getErr().println(e.getMessage());
      return 1;
    });
    return line.execute(all.toArray(String[]::new));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
