package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.shoal.core.content.Digest;
import io.shoal.oci.testing.SelfSigned;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.nio.file.Path;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings of a registry change in how it is spoken to. */
class UpstreamSettingsTest {

  private static final Digest BLOB = Digest.sha256Of(new byte[1]);

  @TempDir private Path dir;

  private final MockWebServer server = new MockWebServer();
  private final MockWebServer inside = new MockWebServer();

  @BeforeEach
  void start() throws Exception {
    inside.start();
  }

  @AfterEach
  void stop() {
    server.close();
    inside.close();
  }

  private void head(String settings) throws UpstreamException {
    try (UpstreamDirectory directory =
        new UpstreamDirectory(Settings.upstreams("{r: {%s}}".formatted(settings)))) {
      directory.registry("r").orElseThrow().headBlob("a/b", BLOB);
    }
  }

  private void assertDenied(String settings) {
    assertThatThrownBy(() -> head(settings))
        .asInstanceOf(type(UpstreamException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED))
        .satisfies(e -> assertThat(e).hasMessageContaining("private address"));
    assertThat(inside.getRequestCount()).isZero();
  }

  private String plainUrl() {
    return "url: 'http://127.0.0.1:%d'".formatted(server.getPort());
  }

  @Test
  void putsThePrefixBeforeNamesAndIntoScopes() throws Exception {
    server.start();
    String realm = server.url("/token").toString();
    server.enqueue(
        new MockResponse.Builder()
            .code(401)
            .addHeader("WWW-Authenticate", "Bearer realm=\"%s\"".formatted(realm))
            .build());
    server.enqueue(new MockResponse.Builder().body("{\"token\":\"t\"}").build());
    server.enqueue(new MockResponse.Builder().build());
    head(
        "url: 'http://%s:%d', rewrite: mirror/hub"
            .formatted(server.getHostName(), server.getPort()));
    assertThat(server.takeRequest().getTarget()).isEqualTo("/v2/mirror/hub/a/b/blobs/" + BLOB);
    assertThat(server.takeRequest().getTarget())
        .isEqualTo("/token?scope=repository%3Amirror%2Fhub%2Fa%2Fb%3Apull");
  }

  @Test
  void isNotSentInsideByARedirect() throws Exception {
    server.start();
    server.enqueue(
        new MockResponse.Builder().code(307).addHeader("Location", inside.url("/x")).build());
    assertDenied(plainUrl());
    server.enqueue(
        new MockResponse.Builder()
            .code(307)
            .addHeader("Location", "http://127.0.0.1:%d/x".formatted(inside.getPort()))
            .build());
    assertDenied(plainUrl());
  }

  @Test
  void isNotSentInsideByAChallenge() throws Exception {
    server.start();
    server.enqueue(
        new MockResponse.Builder()
            .code(401)
            .addHeader("WWW-Authenticate", "Bearer realm=\"%s\"".formatted(inside.url("/token")))
            .build());
    assertDenied(plainUrl());
  }

  @Test
  void goesThroughTheProxy() throws Exception {
    server.start();
    server.enqueue(new MockResponse.Builder().build());
    head(
        "url: 'http://registry.example:5000', proxy: 'http://127.0.0.1:%d'"
            .formatted(server.getPort()));
    RecordedRequest request = server.takeRequest();
    assertThat(request.getRequestLine())
        .startsWith("HEAD http://registry.example:5000/v2/a/b/blobs/");
  }

  @Test
  void believesTheCertificatesInTheFile() throws Exception {
    Path pem = dir.resolve("ca.pem");
    server.useHttps(SelfSigned.context(dir, pem).getSocketFactory());
    server.start();
    server.enqueue(new MockResponse.Builder().build());
    server.enqueue(new MockResponse.Builder().build());
    String url = "url: 'https://127.0.0.1:%d'".formatted(server.getPort());
    assertThatThrownBy(() -> head(url))
        .asInstanceOf(type(UpstreamException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    head(url + ", ca: '%s'".formatted(pem));
    head(url + ", insecure: true");
  }
}
