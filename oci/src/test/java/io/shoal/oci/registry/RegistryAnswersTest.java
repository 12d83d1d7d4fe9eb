package io.shoal.oci.registry;

import static io.shoal.oci.registry.RegistryClient.header;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges, conditions and listings, as clients ask for them. */
@Timeout(30)
class RegistryAnswersTest {

  private static final byte[] DATA = "0123456789".getBytes(UTF_8);
  private static final Digest UNKNOWN = Digest.sha256Of("nobody has this".getBytes(UTF_8));

  private RegistryServerFixture server;
  private RegistryClient client;
  private FakeContent content;

  @BeforeEach
  void start() throws InterruptedException {
    server = new RegistryServerFixture(false);
    content = server.content;
    client = new RegistryClient(server.port());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=2-4, 206, 234, bytes 2-4/10",
    "bytes=7-, 206, 789, bytes 7-9/10",
    "bytes=-2, 206, 89, bytes 8-9/10",
    "'bytes=0-1,4-5', 206, 012345, bytes 0-5/10",
    "'bytes=4-2', 200, 0123456789, ",
  })
  void servesRanges(String range, int status, String body, String contentRange) throws Exception {
    HttpResponse<byte[]> response =
        client.get("/v2/a/b/blobs/" + content.blob(DATA), "Range", range);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(new String(response.body(), UTF_8)).isEqualTo(body);
    assertThat(response.headers().firstValue("Content-Range").orElse(null)).isEqualTo(contentRange);
  }

  @Test
  void servesSeveralRangesInOneAnswer() throws Exception {
    byte[] bytes = new byte[5000];
    new Random(7).nextBytes(bytes);
    HttpResponse<byte[]> response =
        client.get("/v2/a/b/blobs/" + content.blob(bytes), "Range", "bytes=4000-4099,0-9,-1");
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.headers().firstValue("Content-Range")).isEmpty();
    String type = header(response, "Content-Type");
    assertThat(type).startsWith("multipart/byteranges; boundary=");
    String boundary = "--" + type.substring(type.indexOf('=') + 1);
    String expected =
        part(boundary, "4000-4099/5000", bytes)
            + "\r\n"
            + part(boundary, "0-9/5000", bytes)
            + "\r\n"
            + part(boundary, "4999-4999/5000", bytes)
            + "\r\n"
            + boundary
            + "--\r\n";
    assertThat(new String(response.body(), ISO_8859_1)).isEqualTo(expected);
    assertThat(server.served.take().bodyBytes()).isEqualTo(expected.length());
  }

  @Test
  void tellsLazyReadersToAskForFewerRanges() throws Exception {
    String many = "0-0" + ",-1,0-0".repeat(600);
    HttpResponse<byte[]> response =
        client.get("/v2/a/b/blobs/" + content.blob(DATA), "Range", "bytes=" + many);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(header(response, "Accept-Ranges")).isNull();
  }

  @Test
  void tiesRangeToTheContentItWasMeantFor() throws Exception {
    Digest digest = content.blob(DATA);
    String path = "/v2/a/b/blobs/" + digest;
    assertThat(client.get(path, "Range", "bytes=1-2", "If-Range", "\"" + digest + "\"").body())
        .isEqualTo("12".getBytes(UTF_8));
    assertThat(client.get(path, "Range", "bytes=1-2", "If-Range", "\"" + UNKNOWN + "\"").body())
        .isEqualTo(DATA);
  }

  @Test
  void saysNotModifiedOnlyOfWhatIsThere() throws Exception {
    String[] condition = {"If-None-Match", "\"x\", W/\"" + content.blob(DATA) + "\""};
    assertThat(client.get("/v2/a/b/blobs/" + Digest.sha256Of(DATA), condition).statusCode())
        .isEqualTo(304);
    assertThat(content.calls.take()).endsWith(" head");
    assertThat(
            client.get("/v2/a/b/blobs/" + Digest.sha256Of(DATA), "If-None-Match", "*").statusCode())
        .isEqualTo(304);
    assertThat(client.get("/v2/a/b/blobs/" + UNKNOWN, "If-None-Match", "*").statusCode())
        .isEqualTo(404);
  }

  @Test
  void listsReferrersOfOneKind() throws Exception {
    HttpResponse<byte[]> all = client.get("/v2/a/b/referrers/" + UNKNOWN + "?artifactType=");
    assertThat(header(all, "Content-Type")).isEqualTo("application/vnd.oci.image.index.v1+json");
    assertThat(header(all, "OCI-Filters-Applied")).isNull();
    assertThat(new String(all.body(), UTF_8)).contains("sbom").contains("signature");
    HttpResponse<byte[]> some =
        client.get("/v2/a/b/referrers/" + UNKNOWN + "?artifactType=text/sbom");
    assertThat(header(some, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(new String(some.body(), UTF_8))
        .isEqualTo(
            "{\"schemaVersion\":2,\"manifests\":"
                + "[{\"digest\":\"sha256:a\",\"artifactType\":\"text/sbom\"}]}");
  }

  @Test
  void listsRepositoriesOfTheUpstreamThatIsMeant() throws Exception {
    HttpResponse<byte[]> response = client.get("/v2/_catalog?n=2&last=a&ns=index.docker.io");
    assertThat(new String(response.body(), UTF_8)).isEqualTo("{\"repositories\":[\"a/b\"]}");
    assertThat(header(response, "Link"))
        .isEqualTo("</v2/_catalog?n=2&last=c&ns=index.docker.io>; rel=\"next\"");
    client.get("/v2/_catalog");
    assertThat(client.get("/v2/_catalog?ns=ghcr.io").statusCode()).isEqualTo(404);
    assertThat(content.calls).containsExactly("catalog docker.io 2 a", "catalog docker.io 1000 -");
  }

  @Test
  void refusesRangeThatDoesNotExist() throws Exception {
    HttpResponse<byte[]> response =
        client.get("/v2/a/b/blobs/" + content.blob(DATA), "Range", "bytes=10-");
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(header(response, "Content-Range")).isEqualTo("bytes */10");
    assertThat(new String(response.body(), UTF_8)).contains("RANGE_INVALID");
  }

  @Test
  void linksToTheNextPageOfTags() throws Exception {
    HttpResponse<byte[]> response = client.get("/v2/a/b/tags/list?n=2&last=0.9");
    assertThat(new String(response.body(), UTF_8))
        .contains("\"name\":\"a/b\"")
        .contains("\"tags\":[\"1.0\",\"2.0\"]");
    assertThat(header(response, "Link"))
        .isEqualTo("</v2/a/b/tags/list?n=2&last=2.0>; rel=\"next\"");
    assertThat(content.calls).containsExactly("tags docker.io/a/b 2 0.9");
  }

  private static String part(String boundary, String range, byte[] bytes) {
    String[] ends = range.split("[-/]");
    int from = Integer.parseInt(ends[0]);
    return boundary
        + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes "
        + range
        + "\r\n\r\n"
        + new String(bytes, from, Integer.parseInt(ends[1]) + 1 - from, ISO_8859_1);
  }
}
