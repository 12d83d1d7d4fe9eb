package io.shoal.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.shoal.cli.LocalNode;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.oci.testing.SelfSigned;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A healthy node, seen through configurations of which each is wrong in one way. */
class DoctorCommandTest {

  private static final String IMAGE = LocalNode.IMAGE;

  @TempDir static Path folder;
  private static LocalNode node;

  @TempDir Path root;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter said = new StringWriter();

  @BeforeAll
  static void startNode() throws Exception {
    node = LocalNode.start(folder);
  }

  @AfterAll
  static void stopNode() throws Exception {
    node.close();
  }

  @BeforeEach
  void beHealthy() {
    environment.putAll(node.environment());
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
  void asksARegistryThroughItsProxy() throws IOException {
    // Nobody knows this host; only a proxy could.
    String registry = "{docs.local: {url: 'http://registry.invalid:5000', proxy: 'http://%s'}}";
    environment.put(
        "SHOAL_AGENT_UPSTREAMS_REGISTRIES", registry.formatted("127.0.0.1:" + freePort()));

    assertFails("upstream: docs.local cannot be reached from this node through the proxy", "proxy");

    environment.put(
        "SHOAL_AGENT_UPSTREAMS_REGISTRIES", registry.formatted("127.0.0.1:" + node.registryPort()));
    said.getBuffer().setLength(0);
    doctor("--image", IMAGE);
    assertThat(said.toString())
        .contains("ok    upstream: docs.local answers at http://registry.invalid:5000 through");
  }

  @Test
  void believesTheCertificatesOfARegistrysSettings() throws Exception {
    Path pem = root.resolve("made.pem");
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(root, pem)));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "https://127.0.0.1:" + server.getAddress().getPort();
      environment.put(
          "SHOAL_AGENT_UPSTREAMS_REGISTRIES", "{docs.local: {url: '%s'}}".formatted(url));
      assertFails("upstream: docs.local cannot be reached", "open the way to");

      Path ca = root.resolve("ca.pem");
      environment.put(
          "SHOAL_AGENT_UPSTREAMS_REGISTRIES",
          "{docs.local: {url: '%s', ca: '%s'}}".formatted(url, ca));
      assertFails("upstream: no certificates for docs.local", "docs.local.ca");

      Files.copy(pem, ca);
      said.getBuffer().setLength(0);
      doctor("--image", IMAGE);
      assertThat(said.toString()).contains("ok    upstream: docs.local answers at " + url);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void namesAPasswordFileThatIsMissing() {
    environment.put(
        "SHOAL_AGENT_UPSTREAMS_REGISTRIES",
        "{docs.local: {url: 'http://127.0.0.1:%d', mode: credentials, username: reader, insecure:"
                .formatted(node.registryPort())
            + " true, passwordFile: '%s'}}".formatted(root.resolve("password")));

    assertFails("login: no password for docs.local", "readable for the agent");
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
