package io.shoal.cli.dev.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamImageTest {

  @ParameterizedTest
  @CsvSource({
    "https://registry-1.docker.io, alpine, docker.io, library/alpine, latest",
    "https://registry-1.docker.io, library/alpine:3.20, docker.io, library/alpine, 3.20",
    "http://127.0.0.1:5000, demo, 127.0.0.1:5000, demo, latest",
    "http://127.0.0.1:5000, org/app:v1, 127.0.0.1:5000, org/app, v1",
    "http://registry, org/app:v1, registry, org/app, v1",
    "http://mirror:5000, quay.io/org/app:v1, quay.io, org/app, v1",
  })
  void namesTheRegistryByItsAddressUnlessTheImageDoes(
      URI url, String image, String registry, String repository, String tag) {
    UpstreamImage found = UpstreamImage.of(url, image);

    assertThat(found.registry()).isEqualTo(registry);
    assertThat(found.image().repository()).isEqualTo(repository);
    assertThat(found.image().tag()).hasValue(tag);
    assertThat(found.url()).isEqualTo(url);
  }

  @Test
  void isPulledThroughAnAgentByTagOrDigest() {
    URI url = URI.create("http://127.0.0.1:5000");
    String digest = "sha256:" + "ab".repeat(32);

    assertThat(UpstreamImage.of(url, "app:v1").behind("127.0.0.1:4600"))
        .isEqualTo("127.0.0.1:4600/app:v1");
    assertThat(UpstreamImage.of(url, "app@" + digest).behind("127.0.0.1:4600"))
        .isEqualTo("127.0.0.1:4600/app@" + digest);
  }

  @Test
  void saysHowToWriteAnAddress() {
    assertThatThrownBy(() -> UpstreamImage.of(URI.create("registry:5000"), "app"))
        .hasMessageContaining("write e.g. https://registry.example:5000");
  }
}
