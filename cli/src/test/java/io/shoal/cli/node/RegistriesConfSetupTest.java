package io.shoal.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistriesConfSetupTest {

  private static final String DROP_IN = "/etc/containers/registries.conf.d/zz-shoal.conf";

  @TempDir Path root;
  private HostFixture host;

  @BeforeEach
  void makeHost() {
    host = new HostFixture(root);
  }

  @Test
  void writesAFileOfItsOwnWithTheRegistryInThePath() throws IOException {
    assertThat(host.setup(ContainerRuntime.PODMAN)).as(host.said()).isZero();

    JsonNode quay = registry("quay.io");
    assertThat(quay.path("mirror").path(0).path("location").asText())
        .isEqualTo("127.0.0.1:4600/quay.io");
    assertThat(quay.path("mirror").path(0).path("insecure").asBoolean()).isTrue();
    assertThat(host.said()).contains("needs no restart");
  }

  @Test
  void saysAgainWhatItsOwnFileWouldHide() throws IOException {
    host.has(
        "/etc/containers/registries.conf",
        """
        unqualified-search-registries = ["docker.io"]
        [[registry]]
        prefix = "docker.io"
        location = "hub.example/cache"
        mirror-by-digest-only = false
        [[registry.mirror]]
        location = "m.example/hub"
        pull-from-mirror = "digest-only"
        """);

    assertThat(host.setup(ContainerRuntime.PODMAN, "--registry", "docker.io")).isZero();

    JsonNode hub = registry("hub.example/cache");
    assertThat(hub.path("prefix").asText()).isEqualTo("docker.io");
    assertThat(hub.path("mirror").valueStream().map(m -> m.path("location").asText()))
        .containsExactly("127.0.0.1:4600/docker.io", "m.example/hub");
    assertThat(hub.path("mirror").path(1).path("pull-from-mirror").asText())
        .isEqualTo("digest-only");
  }

  @Test
  void leavesABlockedRegistryBlocked() {
    host.has(
        "/etc/containers/registries.conf.d/10.conf",
        "[[registry]]\nlocation = \"quay.io\"\nblocked = true\n");

    assertThat(host.setup(ContainerRuntime.CRIO)).isZero();

    assertThat(host.files().get(DROP_IN)).doesNotContain("quay.io");
    assertThat(host.said()).contains("quay.io is blocked");
  }

  @Test
  void tellsCrioToReadItAgain() {
    host.programs.runs(9, Instant.EPOCH, "/usr/bin/crio", "--log-level=info");

    host.setup(ContainerRuntime.CRIO);
    host.restore(ContainerRuntime.CRIO);

    assertThat(host.programs.hungUp).containsExactly(9L, 9L);
    assertThat(host.files()).isEmpty();
  }

  @Test
  void aMirrorWithTlsIsNotInsecure() throws IOException {
    host.setup(ContainerRuntime.PODMAN, "--mirror", "https://agent.example:4600/");

    JsonNode mirror = registry("quay.io").path("mirror").path(0);
    assertThat(mirror.path("location").asText()).isEqualTo("agent.example:4600/quay.io");
    assertThat(mirror.has("insecure")).isFalse();
  }

  private JsonNode registry(String location) throws IOException {
    return new TomlMapper()
        .readTree(host.on(DROP_IN).toFile())
        .path("registry")
        .valueStream()
        .filter(entry -> entry.path("location").asText().equals(location))
        .findFirst()
        .orElseThrow();
  }
}
