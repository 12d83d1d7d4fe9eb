package io.shoal.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerSetupTest {

  private static final String CONFIG = "/etc/docker/daemon.json";

  @TempDir Path root;
  private HostFixture host;

  @BeforeEach
  void makeHost() {
    host = new HostFixture(root);
  }

  @Test
  void mergesAndKeepsWhatIsThereWithItsOwnMirrorFirst() throws IOException {
    host.has(
        CONFIG,
        "{\"log-driver\":\"local\",\"registry-mirrors\":[\"https://m.example\"],"
            + "\"x\":{\"y\":0.1234567890123456789}}");

    assertThat(host.setup(ContainerRuntime.DOCKER)).as(host.said()).isZero();

    JsonNode daemon = new ObjectMapper().readTree(host.files().get(CONFIG));
    assertThat(daemon.path("registry-mirrors").valueStream().map(JsonNode::asText))
        .containsExactly("http://127.0.0.1:4600", "https://m.example");
    assertThat(daemon.path("log-driver").asText()).isEqualTo("local");
    assertThat(host.files().get(CONFIG)).contains("0.1234567890123456789");
  }

  @Test
  void tellsTheDaemonOfThePidFileAndNobodyElse() {
    host.has("/run/docker.pid", "42").has(CONFIG, "");
    host.programs.runs(42, Instant.EPOCH, "/usr/bin/dockerd").runs(43, Instant.EPOCH, "dockerd");

    host.setup(ContainerRuntime.DOCKER);

    assertThat(host.programs.hungUp).containsExactly(42L);
    host.restore(ContainerRuntime.DOCKER);
    assertThat(host.programs.hungUp).containsExactly(42L, 42L);
    assertThat(host.files()).containsEntry(CONFIG, "");
  }

  @Test
  void letsTheDaemonReadAnEmptyListBeforeTheKeyIsGone() {
    String before = "{\"log-driver\": \"local\"}";
    host.has("/run/docker.pid", "42").has(CONFIG, before);
    host.programs.runs(42, Instant.EPOCH, "dockerd");
    host.setup(ContainerRuntime.DOCKER);
    List<String> read = new ArrayList<>();
    host.programs.losesMirrors =
        () -> {
          read.add(host.files().get(CONFIG));
          return Optional.of(true);
        };

    host.restore(ContainerRuntime.DOCKER);

    assertThat(read).containsExactly("{\"log-driver\":\"local\",\"registry-mirrors\":[]}");
    assertThat(host.files()).containsEntry(CONFIG, before);
    assertThat(host.said()).doesNotContain("next restart");
  }

  @Test
  void leavesMirrorsThatWereThereBeforeToOneReload() {
    String before = "{\"registry-mirrors\": [\"https://m.example\"]}";
    host.has("/run/docker.pid", "42").has(CONFIG, before);
    host.programs.runs(42, Instant.EPOCH, "dockerd");
    host.setup(ContainerRuntime.DOCKER);
    host.programs.losesMirrors =
        () -> {
          throw new AssertionError("it has one");
        };

    host.restore(ContainerRuntime.DOCKER);

    assertThat(host.programs.hungUp).containsExactly(42L, 42L);
    assertThat(host.files()).containsEntry(CONFIG, before);
  }

  @Test
  void saysSoIfTheDaemonKeepsItsMirror() {
    host.has("/run/docker.pid", "42");
    host.programs.runs(42, Instant.EPOCH, "dockerd");
    host.setup(ContainerRuntime.DOCKER);
    host.programs.losesMirrors = () -> Optional.of(false);

    assertThat(host.restore(ContainerRuntime.DOCKER)).isZero();

    assertThat(host.said()).contains("still has a mirror", "next restart");
    assertThat(host.files()).doesNotContainKey(CONFIG);
  }

  @Test
  void signalsNoProcessThatOnlyHasTheNumberOfADaemon() {
    host.has("/run/docker.pid", "42");
    host.programs.runs(42, Instant.EPOCH, "/usr/bin/vi");

    host.setup(ContainerRuntime.DOCKER);

    assertThat(host.programs.hungUp).isEmpty();
    assertThat(host.said()).contains("kill -HUP");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"log-driver\": ",
        "[1]",
        "{\"a\":1} {}",
        "{\"a\":1,\"a\":2}",
        "{\"registry-mirrors\": \"https://m.example\"}"
      })
  void reportsABrokenFileAndChangesNothing(String broken) {
    host.has(CONFIG, broken);

    assertThat(host.setup(ContainerRuntime.DOCKER)).isEqualTo(1);

    assertThat(host.said()).contains(CONFIG, "mend it first");
    assertThat(host.files()).containsOnly(Map.entry(CONFIG, broken));
  }

  @Test
  void refusesBesideTheFlagThatWouldKeepDockerFromStarting() {
    host.has("/run/docker.pid", "42");
    host.programs.runs(42, Instant.EPOCH, "dockerd", "--registry-mirror=https://m.example");

    assertThat(host.setup(ContainerRuntime.DOCKER)).isEqualTo(1);

    assertThat(host.said()).contains("--registry-mirror", "move the flag's value");
  }

  @Test
  void writesTheFilesOfTheContainerdStoreForNamedRegistries() {
    assertThat(host.setup(ContainerRuntime.DOCKER, "--registry", "quay.io")).isZero();

    assertThat(host.files().get("/etc/docker/certs.d/quay.io/hosts.toml"))
        .contains("server = \"https://quay.io\"", "[host.\"http://127.0.0.1:4600\"]");
  }
}
