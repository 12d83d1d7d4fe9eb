package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpstreamNamesTest {

  private final UpstreamNames names =
      new UpstreamNames(
          "docker.io",
          List.of("ghcr.io", "*.example.com", "dev:*"),
          Map.of("central", UpstreamConfig.PLAIN));

  @Test
  void knowsTheNamesOfDockerHubAsOne() {
    assertThat(UpstreamNames.normal("index.docker.io")).isEqualTo("docker.io");
    assertThat(UpstreamNames.normal("Registry-1.Docker.IO")).isEqualTo("docker.io");
  }

  @Test
  void allowsWhatIsNamedMatchedOrConfigured() {
    assertThat(List.of("docker.io", "index.docker.io", "GHCR.io", "a.b.example.com", "central"))
        .allMatch(names::allows);
    assertThat(names.allows("dev:5000")).isTrue();
  }

  @Test
  void refusesEverythingElse() {
    assertThat(
            List.of(
                "example.com", "evil.com", "169.254.169.254", "ghcr.io.evil.com", "ghcr.io:444"))
        .noneMatch(names::allows);
    assertThat(names.allows("evil.com/x.example.com")).isFalse();
  }

  @Test
  void takesFirstComponentForAHostOnlyIfItIsOne() {
    UpstreamNames open = new UpstreamNames("docker.io", List.of("*"), Map.of());
    assertThat(open.isHostInPath("localhost")).isTrue();
    assertThat(open.isHostInPath("quay.io")).isTrue();
    assertThat(open.isHostInPath("library")).isFalse();
    assertThat(names.isHostInPath("central")).isTrue();
    assertThat(names.isHostInPath("my.project")).isFalse();
  }

  @Test
  void neverOpensARefusedHost() {
    try (UpstreamDirectory directory = new UpstreamDirectory(UpstreamsConfig.defaults())) {
      assertThat(directory.registry("quay.io")).isPresent();
      assertThat(directory.registry("docker.io").orElseThrow())
          .hasToString("https://registry-1.docker.io/");
      assertThat(directory.registry("evil.com")).isEmpty();
    }
  }

  @Test
  void wantsHalfALoginExplained() {
    assertThatThrownBy(() -> Settings.registry("{username: me}")).hasMessageContaining("set both");
    String login = "username: me, passwordFile: p";
    assertThatThrownBy(() -> Settings.registry("{%s}".formatted(login)))
        .hasMessageContaining("mode credentials");
    assertThatThrownBy(() -> Settings.registry("{mode: credentials}"))
        .hasMessageContaining("mode credentials");
    assertThatThrownBy(() ->
            Settings.registry("{url: 'http://r:5000', mode: credentials, %s}".formatted(login)))
        .hasMessageContaining("insecure");
    assertThatThrownBy(() -> UpstreamConfig.anonymous(URI.create("registry:5000")))
        .hasMessageContaining("https://");
  }

  @Test
  void explainsOtherSettingsThatMakeNoSense() {
    assertThatThrownBy(() -> Settings.registry("{rewrite: Not/A/Name}"))
        .hasMessageContaining("rewrite");
    assertThatThrownBy(() -> Settings.registry("{proxy: 'https://proxy'}"))
        .hasMessageContaining("proxy.example:3128");
    assertThatThrownBy(() -> Settings.registry("{insecure: true, ca: f}"))
        .hasMessageContaining("leave out ca");
  }

  @Test
  void knowsWhichRepositoriesMayBeRead() {
    UpstreamNames some =
        Settings.upstreams("{docker.io: {allow: [library/*, org/app], deny: ['*/secret*']}}")
            .names();
    assertThat(some.allows("index.docker.io", "library/nginx")).isTrue();
    assertThat(some.allows("docker.io", "org/app")).isTrue();
    assertThat(some.allows("docker.io", "org/app2")).isFalse();
    assertThat(some.allows("docker.io", "library/secrets")).isFalse();
    assertThat(some.allows("ghcr.io", "any/thing")).isTrue();
    assertThat(Settings.upstreams("{r: {deny: [a/*]}}").names().allows("r", "b/a/c")).isTrue();
  }

  @Test
  void letsOnlyHostsThatTheOperatorNamedBeInside() {
    UpstreamNames some =
        new UpstreamNames(
            "docker.io",
            List.of("ghcr.io", "registry.corp", "*.corp"),
            Map.of(
                "quay.io",
                UpstreamConfig.PLAIN,
                "gcr.io",
                UpstreamConfig.anonymous(URI.create("http://10.0.0.1"))));
    assertThat(List.of("registry.corp", "gcr.io")).allMatch(some::mayBePrivate);
    assertThat(List.of("docker.io", "ghcr.io", "quay.io", "other.corp"))
        .noneMatch(some::mayBePrivate);
  }

  @Test
  void findsSettingsByAnyNameOfTheHost() {
    UpstreamConfig settings = UpstreamConfig.anonymous(URI.create("http://127.0.0.1:5000"));
    UpstreamsConfig config =
        new UpstreamsConfig("docker.io", List.of(), Map.of("index.docker.io", settings));
    assertThat(config.registry("docker.io")).isEqualTo(settings);
  }
}
