package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.config.ConfigException;
import io.shoal.config.ConfigLoader;
import io.shoal.config.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamsConfigTest {

  record Service(@Key(doc = "The central registries.") UpstreamsConfig upstreams) {}

  @TempDir private Path dir;

  @Test
  void allowsThePublicRegistriesByDefault() throws Exception {
    assertThat(load("{}")).isEqualTo(UpstreamsConfig.defaults());
  }

  @Test
  void readsSettingsOfSingleRegistries() throws Exception {
    UpstreamsConfig config =
        load(
            """
            upstreams:
              default: registry.example:5000
              allow: [ghcr.io]
              registries:
                docker.io: {url: "http://127.0.0.1:5000"}
            """);
    UpstreamNames names = config.names();
    assertThat(names.defaultUpstream()).isEqualTo("registry.example:5000");
    assertThat(List.of("ghcr.io", "docker.io", "registry.example:5000")).allMatch(names::allows);
    assertThat(names.allows("quay.io")).isFalse();
    assertThat(config.registry("docker.io").url().orElseThrow()).hasPort(5000);
  }

  @Test
  void explainsHalfALogin() {
    assertThatThrownBy(() -> load("upstreams: {registries: {ghcr.io: {username: me}}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("upstreams.registries.ghcr.io")
        .hasMessageContaining("set both");
  }

  private UpstreamsConfig load(String yaml) throws Exception {
    Path file = Files.writeString(dir.resolve("service.yml"), yaml);
    return ConfigLoader.load(Service.class, "SHOAL_TEST", Optional.of(file), Map.of()).upstreams();
  }
}
