package io.shoal.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import io.shoal.oci.testing.FakeUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that has neither tracker nor origin: everything comes straight from upstream. */
@Timeout(120)
class AgentServerTest {

  /** Twenty pieces, the last one short. */
  private static final int BLOB_BYTES = 5_000_001;

  @TempDir private Path dir;

  private final byte[] content = new byte[BLOB_BYTES];
  private final HttpClient client = HttpClient.newHttpClient();
  private Digest digest;
  private FakeUpstream upstream;
  private AgentServer agent;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(content);
    upstream = new FakeUpstream();
    digest = upstream.addBlob(content);
    agent = startAgent();
  }

  private AgentServer startAgent() throws Exception {
    return AgentFixture.start(dir.resolve("store"), upstream, upstream.host());
  }

  @AfterEach
  void stop() {
    client.close();
    agent.close();
    upstream.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + agent.port() + path + "?ns=" + upstream.host()));
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private String blob() {
    return "/v2/team/app/blobs/" + digest;
  }

  @Test
  void readsABlobFromUpstreamOnceAndThenFromDisk() throws Exception {
    assertThat(get(blob()).body()).isEqualTo(content);
    assertThat(upstream.blobBytesSent()).isEqualTo(BLOB_BYTES);
    upstream.down(true);
    assertThat(get(blob()).body()).isEqualTo(content);
    assertThat(get("/shoal/v1/stats").body()).asString().contains("\"upstream\":" + BLOB_BYTES);
  }

  @Test
  void keepsABlobOverARestart() throws Exception {
    assertThat(get(blob()).body()).isEqualTo(content);
    agent.close();
    upstream.down(true);
    agent = startAgent();
    assertThat(get(blob()).body()).isEqualTo(content);
  }

  @Test
  void letsNobodyHaveTheEndOfABlobWhoseBytesAreWrong() throws Exception {
    byte[] tampered = content.clone();
    tampered[1_000_000]++;
    upstream.replaceBlob(digest, tampered);
    HttpResponse<InputStream> response =
        client.send(request(blob()).build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    try (InputStream body = response.body()) {
      assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
    }
    upstream.replaceBlob(digest, content);
    assertThat(get(blob()).body()).isEqualTo(content);
  }

  @Test
  void answersARange() throws Exception {
    HttpResponse<byte[]> part = get(blob(), "Range", "bytes=2000000-2999999");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 2_000_000, 3_000_000));
    assertThat(part.headers().firstValue("Content-Range"))
        .contains("bytes 2000000-2999999/" + BLOB_BYTES);
  }

  @Test
  void answersSeveralRanges() throws Exception {
    HttpResponse<byte[]> parts = get(blob(), "Range", "bytes=4000000-4000999,0-999");
    assertThat(parts.statusCode()).isEqualTo(206);
    String body = new String(parts.body(), ISO_8859_1);
    String last = new String(content, 4_000_000, 1000, ISO_8859_1);
    String first = new String(content, 0, 1000, ISO_8859_1);
    assertThat(body.indexOf(last)).isPositive().isLessThan(body.indexOf(first));
  }

  @Test
  void findsReferrersUnderTheFallbackTag() throws Exception {
    String index = "{\"manifests\":[{\"artifactType\":\"text/x\"}]}";
    upstream.addManifest(
        "sha256-" + digest.hex(), "application/vnd.oci.image.index.v1+json", index.getBytes());
    HttpResponse<byte[]> found = get("/v2/team/app/referrers/" + digest);
    assertThat(found.body()).asString().contains("{\"artifactType\":\"text/x\"}");
    assertThat(get("/v2/_catalog").statusCode()).isEqualTo(404);
  }

  @Test
  void neverTellsTheRuntimeThatUpstreamHadEnough() throws Exception {
    upstream.addManifest("1", "application/vnd.oci.image.manifest.v1+json", "{}".getBytes());
    assertThat(get("/v2/team/app/manifests/1").statusCode()).isEqualTo(200);
    upstream.addHeader("Retry-After", "3600");
    upstream.addHeader("RateLimit-Remaining", "0;w=21600");
    upstream.refuseWith(429);
    HttpResponse<byte[]> stale = get("/v2/team/app/manifests/1");
    assertThat(stale.statusCode()).isEqualTo(200);
    assertThat(stale.headers().firstValue("Warning").orElseThrow()).startsWith("110 ");
    HttpResponse<byte[]> unknown = get("/v2/team/app/manifests/2");
    assertThat(unknown.statusCode()).isEqualTo(503);
    assertThat(unknown.headers().firstValueAsLong("Retry-After").orElseThrow()).isPositive();
    assertThat(get("/metrics").body())
        .asString()
        .contains("shoal_upstream_rate_remaining{registry=\"%s\"} 0".formatted(upstream.host()));
  }

  @Test
  void startsNoTransferForAHead() throws Exception {
    HttpResponse<Void> head =
        client.send(
            request(blob()).method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
            BodyHandlers.discarding());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).contains("" + BLOB_BYTES);
    assertThat(upstream.blobRequests()).isEmpty();
  }

  @Test
  void saysNotFoundWhenTheUpstreamIsNotAllowedOrHasNoSuchBlob() throws Exception {
    assertThat(get("/v2/team/app/blobs/" + Digest.sha256Of(new byte[] {1})).statusCode())
        .isEqualTo(404);
    URI elsewhere =
        URI.create("http://127.0.0.1:" + agent.port() + blob() + "?ns=elsewhere.example");
    HttpResponse<String> refused =
        client.send(HttpRequest.newBuilder(elsewhere).build(), BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.body()).contains("elsewhere.example");
  }

  @Test
  void saysThatUpstreamIsDownSoThatTheClientGoesOn() throws Exception {
    upstream.down(true);
    assertThat(get(blob()).statusCode()).isBetween(502, 504);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }
}
