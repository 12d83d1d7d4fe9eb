package io.shoal.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.cli.console.UserError;
import io.shoal.client.agent.LocalKey;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ServerIdentity;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoreLimits;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class KubernetesCommandTest {

  @TempDir private static Path shared;
  private static KeyStore keys;

  @TempDir private Path dir;
  private final StringWriter said = new StringWriter();
  private FakeApiServer server;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = FakeApiServer.keys(shared.resolve("cluster.p12"));
  }

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start(dir, keys);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int run(String... arguments) {
    return run(server.environment(), arguments);
  }

  private int run(Map<String, String> environment, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--account", server.account().toString()));
    CommandLine command = KubernetesCommand.commandLine(environment);
    command.setOut(new PrintWriter(said, true));
    command.setExecutionExceptionHandler((e, _, _) -> {
      said.append(String.valueOf(e.getMessage()));
      return e instanceof UserError expected ? expected.exitCode() : 99;
    });
    return command.execute(all.toArray(String[]::new));
  }

  @Test
  void makesTheSecretOfANewCluster() throws Exception {
    server.says(201, "{}");

    assertThat(run("cluster-secret", "shoal-cluster", "--label", "a/b=c")).as("%s", said).isZero();

    FakeApiServer.Request request = server.requests().getFirst();
    assertThat(request.line()).isEqualTo("POST /api/v1/namespaces/shoal-system/secrets");
    assertThat(request.authorization()).isEqualTo("Bearer the-token");
    JsonNode secret = new ObjectMapper().readTree(request.body());
    assertThat(secret.at("/metadata/name").asText()).isEqualTo("shoal-cluster");
    assertThat(secret.at("/metadata/labels/a~1b").asText()).isEqualTo("c");
    assertThat(secret.at("/metadata/annotations/helm.sh~1resource-policy").asText())
        .isEqualTo("keep");
    for (String file : List.of("cluster.yml", "server.pem", "origin.key")) {
      Files.write(dir.resolve(file), secret.path("data").path(file).binaryValue());
    }
    ClusterFile cluster = ClusterFile.load(Optional.of(dir.resolve("cluster.yml")), false);
    ServerIdentity identity = ServerIdentity.read(dir.resolve("server.pem"));
    assertThat(cluster.serverFingerprint()).contains(identity.fingerprint());
  }

  @Test
  void leavesASecretThatIsThere() {
    server.says(409, "{\"message\": \"secrets \\\"shoal-cluster\\\" already exists\"}");

    assertThat(run("cluster-secret", "shoal-cluster")).isZero();
    assertThat(said.toString()).contains("left as it is");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void passesTheServersReasonOn() {
    server.says(403, "{\"message\": \"cannot create resource secrets\"}");

    assertThat(run("cluster-secret", "shoal-cluster")).isEqualTo(UserError.FAILED);
    assertThat(said.toString()).contains("403: cannot create resource secrets");
  }

  @Test
  void waitsUntilEveryNodeIsRestored() {
    server.says(404, "{\"message\": \"not found\"}");
    server.says(200, daemonSet(2, 1, 0, 0));
    server.says(200, daemonSet(2, 2, 3, 1));
    server.says(200, daemonSet(2, 2, 3, 3));

    assertThat(run("await-restore", "shoal-restore", "--seconds", "50")).as("%s", said).isZero();

    assertThat(server.requests().getFirst().line())
        .isEqualTo("GET /apis/apps/v1/namespaces/shoal-system/daemonsets/shoal-restore");
    assertThat(said.toString())
        .contains("nodes are being looked for", "1 of 3 nodes", "3 of 3 nodes are restored");
  }

  @Test
  void saysHowManyNodesAreMissingWhenTimeIsUp() {
    server.says(200, daemonSet(1, 1, 3, 2));

    assertThat(run("await-restore", "shoal-restore", "--seconds", "0")).isEqualTo(1);
    assertThat(said.toString()).contains("2 of 3 nodes are restored", "goes on");
  }

  private static String daemonSet(int generation, int observed, int wanted, int ready) {
    return """
    {"metadata": {"generation": %d}, "status":
     {"observedGeneration": %d, "desiredNumberScheduled": %d, "numberReady": %d}}
    """
        .formatted(generation, observed, wanted, ready);
  }

  @Test
  void emptiesACacheButNotBesideAnAgent() throws Exception {
    Path cache = Files.createDirectory(dir.resolve("cache"));
    StoreLimits limits =
        new StoreLimits(Optional.empty(), 0.2, 0.1, 0.95, 0.85, Duration.ofHours(1));
    CommandLine command = KubernetesCommand.commandLine(Map.of());
    command.setExecutionExceptionHandler((e, _, _) -> {
      said.append(String.valueOf(e.getMessage()));
      return UserError.FAILED;
    });
    String[] line = {"remove-cache", cache.toString(), "--seconds", "0"};
    try (BlobStore _ = BlobStore.open(cache, limits, new SimpleMeterRegistry())) {
      assertThat(command.execute(line)).isEqualTo(UserError.FAILED);
      assertThat(said.toString()).contains("is left", "in use");
    }
    LocalKey.create(cache);
    assertThat(command.execute(line)).as("%s", said).isZero();
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void trustsTheClustersOwnCertificateOnly() throws Exception {
    server.says(201, "{}");
    Path other = Files.createDirectory(dir.resolve("other"));
    KeyStore othersKeys = FakeApiServer.keys(other.resolve("other.p12"));
    try (FakeApiServer stranger = FakeApiServer.start(other, othersKeys)) {
      stranger.says(201, "{}");
      assertThat(run(stranger.environment(), "cluster-secret", "shoal-cluster")).isEqualTo(1);
      assertThat(stranger.requests()).isEmpty();
    }
  }

  @Test
  void saysThatItIsNotInACluster() {
    assertThat(run(Map.of(), "cluster-secret", "shoal-cluster")).isEqualTo(UserError.UNUSABLE);
    assertThat(said.toString()).contains("no pod of Kubernetes");
  }
}
