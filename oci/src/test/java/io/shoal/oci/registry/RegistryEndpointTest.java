package io.shoal.oci.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import io.shoal.oci.registry.FakeContent.ArrivingBlob;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RegistryEndpointTest {

  private static final byte[] DATA = "0123456789".getBytes(UTF_8);
  private static final Digest UNKNOWN = Digest.sha256Of("nobody has this".getBytes(UTF_8));

  private final HttpClient client = HttpClient.newHttpClient();
  private RegistryServerFixture server;
  private FakeContent content;

  @BeforeEach
  void start() throws InterruptedException {
    server = new RegistryServerFixture(false);
    content = server.content;
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void saysThatItIsARegistry() throws Exception {
    HttpResponse<byte[]> response = get("/v2/");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
  }

  @Test
  void servesManifestWithDigestAndNamespace() throws Exception {
    Digest digest = Digest.sha256Of(DATA);
    content.manifests.put(
        "latest", new ManifestContent("application/x", digest, ByteBuffer.wrap(DATA), true));
    HttpResponse<byte[]> response =
        get("/v2/nginx/manifests/latest?ns=docker.io", "Accept", "a/b, c/d;q=0.5");
    assertThat(content.calls)
        .containsExactly("manifest docker.io/library/nginx latest [a/b, c/d;q=0.5]");
    assertThat(response.body()).isEqualTo(DATA);
    assertThat(header(response, "Docker-Content-Digest")).isEqualTo(digest.toString());
    assertThat(header(response, "Content-Type")).isEqualTo("application/x");
    assertThat(header(response, "OCI-Namespace")).isEqualTo("docker.io");
    assertThat(header(response, "Warning")).startsWith("110 ");
    HttpResponse<byte[]> head = send("HEAD", "/v2/nginx/manifests/latest");
    assertThat(header(head, "Content-Length")).isEqualTo("10");
    assertThat(head.body()).isEmpty();
    assertThat(
            get("/v2/nginx/manifests/latest", "If-None-Match", "\"" + digest + "\"").statusCode())
        .isEqualTo(304);
  }

  @Test
  void answersHeadOfABlobWithoutOpeningIt() throws Exception {
    Digest digest = content.blob(DATA);
    HttpResponse<byte[]> head = send("HEAD", "/v2/a/b/blobs/" + digest);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "Content-Length")).isEqualTo("10");
    assertThat(header(head, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(content.calls).containsExactly("blob docker.io/a/b " + digest.shortHex() + " head");
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
    HttpResponse<byte[]> response = get("/v2/a/b/blobs/" + content.blob(DATA), "Range", range);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(new String(response.body(), UTF_8)).isEqualTo(body);
    assertThat(response.headers().firstValue("Content-Range").orElse(null)).isEqualTo(contentRange);
  }

  @Test
  void servesSeveralRangesInOneAnswer() throws Exception {
    byte[] bytes = new byte[5000];
    new Random(7).nextBytes(bytes);
    HttpResponse<byte[]> response =
        get("/v2/a/b/blobs/" + content.blob(bytes), "Range", "bytes=4000-4099,0-9,-1");
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

  private static String part(String boundary, String range, byte[] bytes) {
    String[] ends = range.split("[-/]");
    int from = Integer.parseInt(ends[0]);
    return boundary
        + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes "
        + range
        + "\r\n\r\n"
        + new String(bytes, from, Integer.parseInt(ends[1]) + 1 - from, ISO_8859_1);
  }

  @Test
  void tellsLazyReadersToAskForFewerRanges() throws Exception {
    String many = "0-0" + ",-1,0-0".repeat(600);
    HttpResponse<byte[]> response =
        get("/v2/a/b/blobs/" + content.blob(DATA), "Range", "bytes=" + many);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(header(response, "Accept-Ranges")).isNull();
  }

  @Test
  void tiesRangeToTheContentItWasMeantFor() throws Exception {
    Digest digest = content.blob(DATA);
    String path = "/v2/a/b/blobs/" + digest;
    assertThat(get(path, "Range", "bytes=1-2", "If-Range", "\"" + digest + "\"").body())
        .isEqualTo("12".getBytes(UTF_8));
    assertThat(get(path, "Range", "bytes=1-2", "If-Range", "\"" + UNKNOWN + "\"").body())
        .isEqualTo(DATA);
  }

  @Test
  void saysNotModifiedOnlyOfWhatIsThere() throws Exception {
    String[] condition = {"If-None-Match", "\"x\", W/\"" + content.blob(DATA) + "\""};
    assertThat(get("/v2/a/b/blobs/" + Digest.sha256Of(DATA), condition).statusCode())
        .isEqualTo(304);
    assertThat(content.calls.take()).endsWith(" head");
    assertThat(get("/v2/a/b/blobs/" + Digest.sha256Of(DATA), "If-None-Match", "*").statusCode())
        .isEqualTo(304);
    assertThat(get("/v2/a/b/blobs/" + UNKNOWN, "If-None-Match", "*").statusCode()).isEqualTo(404);
  }

  @Test
  void listsReferrersOfOneKind() throws Exception {
    HttpResponse<byte[]> all = get("/v2/a/b/referrers/" + UNKNOWN + "?artifactType=");
    assertThat(header(all, "Content-Type")).isEqualTo("application/vnd.oci.image.index.v1+json");
    assertThat(header(all, "OCI-Filters-Applied")).isNull();
    assertThat(new String(all.body(), UTF_8)).contains("sbom").contains("signature");
    HttpResponse<byte[]> some = get("/v2/a/b/referrers/" + UNKNOWN + "?artifactType=text/sbom");
    assertThat(header(some, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(new String(some.body(), UTF_8))
        .isEqualTo(
            "{\"schemaVersion\":2,\"manifests\":"
                + "[{\"digest\":\"sha256:a\",\"artifactType\":\"text/sbom\"}]}");
  }

  @Test
  void listsRepositoriesOfTheUpstreamThatIsMeant() throws Exception {
    HttpResponse<byte[]> response = get("/v2/_catalog?n=2&last=a&ns=index.docker.io");
    assertThat(new String(response.body(), UTF_8)).isEqualTo("{\"repositories\":[\"a/b\"]}");
    assertThat(header(response, "Link"))
        .isEqualTo("</v2/_catalog?n=2&last=c&ns=index.docker.io>; rel=\"next\"");
    get("/v2/_catalog");
    assertThat(get("/v2/_catalog?ns=ghcr.io").statusCode()).isEqualTo(404);
    assertThat(content.calls).containsExactly("catalog docker.io 2 a", "catalog docker.io 1000 -");
  }

  @Test
  void refusesRangeThatDoesNotExist() throws Exception {
    HttpResponse<byte[]> response =
        get("/v2/a/b/blobs/" + content.blob(DATA), "Range", "bytes=10-");
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(header(response, "Content-Range")).isEqualTo("bytes */10");
    assertThat(new String(response.body(), UTF_8)).contains("RANGE_INVALID");
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/a/b/manifests/nothing, 404, MANIFEST_UNKNOWN",
    "/v2/a/b/manifests/.bad, 404, MANIFEST_UNKNOWN",
    "/v2/a/b/manifests/sha256:00, 400, DIGEST_INVALID",
    "/v2/a/b/blobs/md5:00, 400, DIGEST_INVALID",
    "/v2/no/b/tags/list, 404, NAME_UNKNOWN",
    "/v2/A/b/tags/list, 400, NAME_INVALID",
    "/v2/a/%2e%2e/tags/list, 400, NAME_INVALID",
    "/v2/a/b/tags/list?n=x, 400, PARAMETER_INVALID",
    "/v2/org/app/manifests/1?ns=evil.com, 404, NAME_UNKNOWN",
    "/v2/_catalog?ns=evil.com, 404, NAME_UNKNOWN",
    "/v2/a/b/referrers/latest, 400, DIGEST_INVALID",
    "/v2/a/b/tags/list?last=LONG, 400, PARAMETER_INVALID",
    "/v2/%ff%c3%28, 404, NAME_UNKNOWN",
    "/LONGLONGLONGLONGLONGLONGLONGLONG, 414, PARAMETER_INVALID",
  })
  void explainsErrorsInTheSpecsForm(String path, int status, String code) throws Exception {
    HttpResponse<byte[]> response = get(path.replace("LONG", "x".repeat(600)));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("application/json");
    assertThat(new String(response.body(), UTF_8)).startsWith("{\"errors\":[{").contains(code);
  }

  @Test
  void keepsWhatFailsApartFromWhatIsMissing() throws Exception {
    assertThat(get("/v2/a/b/blobs/" + UNKNOWN).statusCode()).isEqualTo(404);
    content.blobs.put(
        UNKNOWN,
        () -> {
          throw new IllegalStateException("broken");
        });
    assertThat(get("/v2/a/b/blobs/" + UNKNOWN).statusCode()).isEqualTo(500);
  }

  @Test
  void refusesPushesAndForwardedRequests() throws Exception {
    HttpResponse<byte[]> push = send("POST", "/v2/a/b/blobs/uploads/");
    assertThat(push.statusCode()).isEqualTo(405);
    assertThat(header(push, "Allow")).isEqualTo("GET, HEAD");
    assertThat(get("/v2/", "Via", "1.1 Shoal").statusCode()).isEqualTo(404);
  }

  @Test
  void linksToTheNextPageOfTags() throws Exception {
    HttpResponse<byte[]> response = get("/v2/a/b/tags/list?n=2&last=0.9");
    assertThat(new String(response.body(), UTF_8))
        .contains("\"name\":\"a/b\"")
        .contains("\"tags\":[\"1.0\",\"2.0\"]");
    assertThat(header(response, "Link"))
        .isEqualTo("</v2/a/b/tags/list?n=2&last=2.0>; rel=\"next\"");
    assertThat(content.calls).containsExactly("tags docker.io/a/b 2 0.9");
  }

  @Test
  void sendsBytesWhileTheBlobIsStillArriving() throws Exception {
    ArrivingBlob blob = arriving(10);
    HttpResponse<InputStream> response =
        client.send(
            request("/v2/a/b/blobs/" + UNKNOWN).build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(header(response, "Content-Length")).isEqualTo("10");
    InputStream body = response.body();
    for (int from = 0; from < 10; from += 5) {
      ArrivingBlob.Asked asked = blob.asked.take();
      assertThat(asked.from()).isEqualTo(from);
      asked.answer().complete(new BlobBytes.InMemory(ByteBuffer.wrap(DATA, from, 5)));
      assertThat(body.readNBytes(5)).isEqualTo(new String(DATA, from, 5, UTF_8).getBytes(UTF_8));
    }
    assertThat(body.read()).isEqualTo(-1);
    blob.closed.get();
    Served served = server.served.take();
    assertThat(served.complete()).isTrue();
    assertThat(served.bodyBytes()).isEqualTo(10);
  }

  @Test
  void breaksTheStreamOffWhenTheBlobFails() throws Exception {
    ArrivingBlob blob = arriving(10);
    HttpResponse<InputStream> response =
        client.send(
            request("/v2/a/b/blobs/" + UNKNOWN).build(), HttpResponse.BodyHandlers.ofInputStream());
    blob.asked.take().answer().complete(new BlobBytes.InMemory(ByteBuffer.wrap(DATA, 0, 5)));
    blob.asked.take().answer().completeExceptionally(new IOException("digest does not match"));
    assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
    blob.closed.get();
    assertThat(server.served.take().complete()).isFalse();
  }

  @Test
  void letsGoOfTheBlobWhenTheClientGoesAway() throws Exception {
    ArrivingBlob blob = arriving(10);
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(ask("/v2/a/b/blobs/" + UNKNOWN));
      blob.asked.take();
    }
    blob.closed.get();
    assertThat(server.served.take().complete()).isFalse();
  }

  @Test
  void interruptsALookupWhoseClientGoesAway() throws Exception {
    CompletableFuture<Void> entered = new CompletableFuture<>();
    CompletableFuture<Void> interrupted = new CompletableFuture<>();
    content.blobs.put(
        UNKNOWN,
        () -> {
          entered.complete(null);
          try {
            Thread.sleep(Long.MAX_VALUE);
          } catch (InterruptedException e) {
            interrupted.complete(null);
          }
          throw new IllegalStateException("too late");
        });
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(ask("/v2/a/b/blobs/" + UNKNOWN));
      entered.get();
    }
    interrupted.get();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsTheOrderOfPipelinedRequestsWhoeverAnswersThem(boolean autoRead) throws Exception {
    try (RegistryServerFixture other = new RegistryServerFixture(autoRead);
        Socket socket = new Socket("127.0.0.1", other.port())) {
      Digest digest = other.content.blob(DATA);
      String blob = new String(ask("/v2/a/b/blobs/" + digest), UTF_8);
      String rest = new String(ask("/metrics"), UTF_8);
      String all = (blob + rest + rest + blob + blob + rest).repeat(20);
      socket.getOutputStream().write(all.getBytes(UTF_8));
      for (int i = 0; i < 20; i++) {
        for (String body :
            List.of("0123456789", "behind", "behind", "0123456789", "0123456789", "behind")) {
          assertThat(readResponse(socket.getInputStream())).isEqualTo(body);
        }
      }
    }
  }

  @Test
  void readsOffsetsBeyondTwoTo31FromAFileAndLeavesItOpen(@TempDir Path dir) throws Exception {
    long far = (1L << 32) + 12345;
    try (FileChannel file =
        FileChannel.open(
            dir.resolve("sparse"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(DATA), far);
      content.blobs.put(UNKNOWN, () -> new FileBlob(file, far + DATA.length));
      HttpResponse<byte[]> tail =
          get("/v2/a/b/blobs/" + UNKNOWN, "Range", "bytes=" + (far - 20_000_000) + "-");
      assertThat(tail.body()).hasSize(20_000_010).endsWith(DATA);
      assertThat(header(tail, "Content-Range"))
          .isEqualTo("bytes %d-%d/%d".formatted(far - 20_000_000, far + 9, far + 10));
      assertThat(file.isOpen()).isTrue();
    }
  }

  @Test
  void servesAnEmptyBlob() throws Exception {
    HttpResponse<byte[]> response = get("/v2/a/b/blobs/" + content.blob(new byte[0]));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void answersNonsenseAndClosesTheConnection() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write("GET\r\n\r\n".getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 400 ")
          .containsIgnoringCase("connection: close");
    }
  }

  private ArrivingBlob arriving(long blobBytes) {
    ArrivingBlob blob = new ArrivingBlob(blobBytes);
    content.blobs.put(UNKNOWN, () -> blob);
    return blob;
  }

  private record FileBlob(FileChannel file, long blobBytes) implements BlobContent {

    @Override
    public CompletionStage<BlobBytes> next(long from, long toExclusive) {
      return CompletableFuture.completedFuture(
          new BlobBytes.InFile(file, from, toExclusive - from));
    }

    @Override
    public void close() {}
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> send(String method, String path) throws Exception {
    return client.send(
        request(path).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(java.time.Duration.ofSeconds(TimeUnit.SECONDS.toSeconds(20)));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse(null);
  }

  private static byte[] ask(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(UTF_8);
  }

  /** One response with Content-Length; its body. */
  private static String readResponse(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("connection closed after: " + head);
      }
      head.append((char) c);
    }
    String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
    int at = lower.indexOf("content-length: ") + "content-length: ".length();
    int length = Integer.parseInt(lower.substring(at, lower.indexOf("\r\n", at)));
    return new String(in.readNBytes(length), UTF_8);
  }
}
