package io.shoal.oci.registry;

import static io.shoal.oci.registry.RegistryClient.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import io.shoal.oci.registry.FakeContent.ArrivingBlob;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

  private RegistryClient client;
  private RegistryServerFixture server;
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

  @Test
  void saysThatItIsARegistry() throws Exception {
    HttpResponse<byte[]> response = client.get("/v2/");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
  }

  @Test
  void servesManifestWithDigestAndNamespace() throws Exception {
    Digest digest = Digest.sha256Of(DATA);
    content.manifests.put(
        "latest", new ManifestContent("application/x", digest, ByteBuffer.wrap(DATA), true));
    HttpResponse<byte[]> response =
        client.get("/v2/nginx/manifests/latest?ns=docker.io", "Accept", "a/b, c/d;q=0.5");
    assertThat(content.calls)
        .containsExactly("manifest docker.io/library/nginx latest [a/b, c/d;q=0.5]");
    assertThat(response.body()).isEqualTo(DATA);
    assertThat(header(response, "Docker-Content-Digest")).isEqualTo(digest.toString());
    assertThat(header(response, "Content-Type")).isEqualTo("application/x");
    assertThat(header(response, "OCI-Namespace")).isEqualTo("docker.io");
    assertThat(header(response, "Warning")).startsWith("110 ");
    HttpResponse<byte[]> head = client.send("HEAD", "/v2/nginx/manifests/latest");
    assertThat(header(head, "Content-Length")).isEqualTo("10");
    assertThat(head.body()).isEmpty();
    assertThat(
            client
                .get("/v2/nginx/manifests/latest", "If-None-Match", "\"" + digest + "\"")
                .statusCode())
        .isEqualTo(304);
  }

  @Test
  void answersHeadOfABlobWithoutOpeningIt() throws Exception {
    Digest digest = content.blob(DATA);
    HttpResponse<byte[]> head = client.send("HEAD", "/v2/a/b/blobs/" + digest);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "Content-Length")).isEqualTo("10");
    assertThat(header(head, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(content.calls).containsExactly("blob docker.io/a/b " + digest.shortHex() + " head");
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
    HttpResponse<byte[]> response = client.get(path.replace("LONG", "x".repeat(600)));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("application/json");
    assertThat(new String(response.body(), UTF_8)).startsWith("{\"errors\":[{").contains(code);
  }

  @Test
  void keepsWhatFailsApartFromWhatIsMissing() throws Exception {
    assertThat(client.get("/v2/a/b/blobs/" + UNKNOWN).statusCode()).isEqualTo(404);
    content.blobs.put(
        UNKNOWN,
        () -> {
          throw new IllegalStateException("broken");
        });
    assertThat(client.get("/v2/a/b/blobs/" + UNKNOWN).statusCode()).isEqualTo(500);
  }

  @Test
  void refusesPushesAndForwardedRequests() throws Exception {
    HttpResponse<byte[]> push = client.send("POST", "/v2/a/b/blobs/uploads/");
    assertThat(push.statusCode()).isEqualTo(405);
    assertThat(header(push, "Allow")).isEqualTo("GET, HEAD");
    assertThat(client.get("/v2/", "Via", "1.1 Shoal").statusCode()).isEqualTo(404);
  }

  @Test
  void sendsBytesWhileTheBlobIsStillArriving() throws Exception {
    ArrivingBlob blob = arriving(10);
    HttpResponse<InputStream> response =
        client.http.send(
            client.request("/v2/a/b/blobs/" + UNKNOWN).build(),
            HttpResponse.BodyHandlers.ofInputStream());
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
        client.http.send(
            client.request("/v2/a/b/blobs/" + UNKNOWN).build(),
            HttpResponse.BodyHandlers.ofInputStream());
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
          client.get("/v2/a/b/blobs/" + UNKNOWN, "Range", "bytes=" + (far - 20_000_000) + "-");
      assertThat(tail.body()).hasSize(20_000_010).endsWith(DATA);
      assertThat(header(tail, "Content-Range"))
          .isEqualTo("bytes %d-%d/%d".formatted(far - 20_000_000, far + 9, far + 10));
      assertThat(file.isOpen()).isTrue();
    }
  }

  @Test
  void servesAnEmptyBlob() throws Exception {
    HttpResponse<byte[]> response = client.get("/v2/a/b/blobs/" + content.blob(new byte[0]));
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
