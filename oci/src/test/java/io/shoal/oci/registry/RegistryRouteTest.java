package io.shoal.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.shoal.oci.upstream.UpstreamConfig;
import io.shoal.oci.upstream.UpstreamsConfig;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistryRouteTest {

  private final UpstreamSelector selector =
      new UpstreamSelector(
          new UpstreamsConfig(
                  "docker.io",
                  List.of("ghcr.io", "*.example.com"),
                  Map.of(
                      "localhost:5000",
                      UpstreamConfig.anonymous(URI.create("http://127.0.0.1:5000"))))
              .names());

  @Test
  void readsPathsFromTheirEnd() {
    assertThat(RegistryRoute.parse("/v2/")).isEqualTo(new RegistryRoute.Base());
    assertThat(RegistryRoute.parse("/v2")).isEqualTo(new RegistryRoute.Base());
    assertThat(RegistryRoute.parse("/v2/a/b/manifests/latest"))
        .isEqualTo(new RegistryRoute.Manifest("a/b", "latest"));
    assertThat(RegistryRoute.parse("/v2/blobs/manifests/blobs/sha256:00"))
        .isEqualTo(new RegistryRoute.Blob("blobs/manifests", "sha256:00"));
    assertThat(RegistryRoute.parse("/v2/_catalog")).isEqualTo(new RegistryRoute.Catalog());
    assertThat(RegistryRoute.parse("/v2/a/referrers/sha256:00"))
        .isEqualTo(new RegistryRoute.Referrers("a", "sha256:00"));
    assertThat(RegistryRoute.parse("/v2/a/tags/list")).isEqualTo(new RegistryRoute.TagList("a"));
  }

  @Test
  void knowsWhatItDoesNotKnow() {
    for (String path :
        List.of(
            "/v2/_catalog/",
            "/v2/manifests/x",
            "/v2//manifests/x",
            "/v2/a/tags/x",
            "/v2/a",
            "/v2//",
            "/")) {
      assertThat(RegistryRoute.parse(path)).as(path).isEqualTo(new RegistryRoute.Unknown());
    }
  }

  @Test
  void claimsOnlyItsOwnPaths() {
    assertThat(List.of("/v2", "/v2/", "/v2/a", "/v2?x")).allMatch(RegistryRoute::claims);
    assertThat(List.of("/", "/v2x", "/metrics", "/shoal/v1/stats"))
        .noneMatch(RegistryRoute::claims);
  }

  @Test
  void choosesUpstreamByNamespaceThenByPathThenByDefault() throws RegistryException {
    assertThat(selector.select("library/nginx", Optional.of("docker.io")))
        .isEqualTo(new ContentName("docker.io", "library/nginx"));
    assertThat(selector.select("org/app", Optional.of("ghcr.io")))
        .isEqualTo(new ContentName("ghcr.io", "org/app"));
    assertThat(selector.select("ghcr.io/org/app", Optional.empty()))
        .isEqualTo(new ContentName("ghcr.io", "org/app"));
    assertThat(selector.select("localhost:5000/app", Optional.empty()))
        .isEqualTo(new ContentName("localhost:5000", "app"));
    assertThat(selector.select("nginx", Optional.empty()))
        .isEqualTo(new ContentName("docker.io", "library/nginx"));
    assertThat(selector.select("my.project/app", Optional.empty()))
        .isEqualTo(new ContentName("docker.io", "my.project/app"));
    assertThat(selector.select("nginx", Optional.of("index.docker.io")))
        .isEqualTo(new ContentName("docker.io", "library/nginx"));
  }

  @Test
  void refusesOtherHostsSoThatTheRuntimeGoesThereItself() {
    for (String host : List.of("evil.com", "169.254.169.254", "a b", "", "x.example.com/../y")) {
      assertThatThrownBy(() -> selector.select("org/app", Optional.of(host)))
          .asInstanceOf(type(RegistryException.class))
          .satisfies(e -> assertThat(e.status()).isEqualTo(404))
          .satisfies(e -> assertThat(e.code()).isEqualTo(RegistryErrorCode.NAME_UNKNOWN));
    }
  }

  @Test
  void refusesMalformedNames() {
    for (String name : List.of("../etc", "a//b", "A/b", "a/./b", "ghcr.io/", "x".repeat(300))) {
      assertThatThrownBy(() -> selector.select(name, Optional.empty()))
          .asInstanceOf(type(RegistryException.class))
          .satisfies(e -> assertThat(e.code()).isEqualTo(RegistryErrorCode.NAME_INVALID));
    }
  }
}
