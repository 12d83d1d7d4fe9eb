package io.shoal.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.config.ConfigException;
import io.shoal.config.ConfigLoader;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProxyServerTest {

  private static final byte[] BLOB = new byte[3_000_000];
  private static final Digest DIGEST;

  static {
    new Random(1).nextBytes(BLOB);
    DIGEST = Digest.sha256Of(BLOB);
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private FakeOrigin first;
  private FakeOrigin second;
  private ProxyServer proxy;

  @BeforeEach
  void start() throws Exception {
    first = new FakeOrigin(BLOB);
    second = new FakeOrigin(BLOB);
    proxy = ProxyServer.start(config(first.uri() + "," + second.uri()), true);
  }

  @AfterEach
  void stop() {
    proxy.close();
    first.close();
    second.close();
    client.close();
  }

  private static ProxyConfig config(String origins) throws ConfigException {
    return ConfigLoader.load(
        ProxyConfig.class,
        "SHOAL_REGISTRY_PROXY",
        Optional.empty(),
        Map.of(
            "SHOAL_REGISTRY_PROXY_LISTEN", "127.0.0.1:0", "SHOAL_REGISTRY_PROXY_ORIGINS", origins));
  }

  @Test
  void servesBlobThroughAnOrigin() throws Exception {
    HttpResponse<byte[]> response = get("/v2/library/nginx/blobs/" + DIGEST);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(BLOB);
    assertThat(get("/v2/library/nginx/blobs/" + DIGEST, "Range", "bytes=-5").body()).hasSize(5);
  }

  @Test
  void asksForLengthOnlyOnHead() throws Exception {
    HttpResponse<byte[]> response =
        client.send(
            request("/v2/library/nginx/blobs/" + DIGEST).HEAD().build(),
            BodyHandlers.ofByteArray());
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(BLOB.length);
    assertThat(first.requests.size() + second.requests.size()).isEqualTo(1);
  }

  @Test
  void goesOnWhereAnOriginBrokeOff() throws Exception {
    first.breaksOff = true;
    second.breaksOff = true;
    assertThat(get("/v2/library/nginx/blobs/" + DIGEST).body()).isEqualTo(BLOB);
  }

  @Test
  void turnsToTheNextOriginWhenOneFails() throws Exception {
    first.close();
    assertThat(get("/v2/library/nginx/blobs/" + DIGEST).statusCode()).isEqualTo(200);
    second.refusesWith = 503;
    HttpResponse<byte[]> response = get("/v2/library/nginx/blobs/" + DIGEST);
    assertThat(response.statusCode()).isBetween(503, 504);
    second.refusesWith = 404;
    assertThat(get("/v2/library/nginx/blobs/" + DIGEST).statusCode()).isEqualTo(404);
  }

  @Test
  void neverSendsAWrongBlobOfFullLength() {
    first.lies = true;
    second.lies = true;
    assertThatThrownBy(() -> get("/v2/library/nginx/blobs/" + DIGEST))
        .isInstanceOf(IOException.class);
  }

  @Test
  void servesManifestsAndTags() throws Exception {
    HttpResponse<byte[]> manifest = get("/v2/library/nginx/manifests/latest");
    assertThat(manifest.body()).isEqualTo(BLOB);
    assertThat(manifest.headers().firstValue("Docker-Content-Digest")).contains("" + DIGEST);
    assertThat(new String(get("/v2/library/nginx/tags/list").body())).contains("[\"1\"]");
    assertThat(get("/v2/x/y/manifests/1?ns=evil.com").statusCode()).isEqualTo(404);
  }

  @Test
  void servesReferrersAndSeveralRanges() throws Exception {
    HttpResponse<byte[]> referrers = get("/v2/library/nginx/referrers/" + DIGEST);
    assertThat(new String(referrers.body())).isEqualTo("{\"manifests\":[{\"size\":1}]}");
    HttpResponse<byte[]> parts =
        get("/v2/library/nginx/blobs/" + DIGEST, "Range", "bytes=2000000-2000999,0-999,-1000");
    assertThat(parts.statusCode()).isEqualTo(206);
    assertThat(parts.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("multipart/byteranges");
    assertThat(new String(parts.body(), ISO_8859_1))
        .contains(new String(BLOB, 2_000_000, 1000, ISO_8859_1))
        .contains(new String(BLOB, 0, 1000, ISO_8859_1))
        .contains(new String(BLOB, BLOB.length - 1000, 1000, ISO_8859_1));
  }

  @Test
  void answersProbesAndShowsNumbersBesideTheRegistry() throws Exception {
    get("/v2/library/nginx/blobs/" + DIGEST);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(new String(get("/metrics").body()))
        .contains("shoal_registry_requests_seconds_count")
        .contains("shoal_registry_body_bytes_total 3000000");
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void doesNotStartUnprotectedByAccident() throws Exception {
    ProxyConfig config = config("http://127.0.0.1:1");
    assertThatThrownBy(() -> ProxyServer.start(config, false)).hasMessageContaining("--insecure");
    assertThatThrownBy(() -> config("")).hasMessageContaining("origins must name");
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(20));
  }
}
