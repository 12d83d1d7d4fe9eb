package io.shoal.oci.upstream;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.assertj.core.api.AbstractObjectAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamRegistryTest {

  private static final String MANIFEST = "{\"schemaVersion\":2}";
  private static final Digest MANIFEST_DIGEST = Digest.sha256Of(utf8(MANIFEST));
  private static final Digest BLOB = Digest.sha256Of(utf8("0123456789"));
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";

  private final MockWebServer server = new MockWebServer();
  private final MockWebServer elsewhere = new MockWebServer();
  private final AtomicLong nanos = new AtomicLong();
  private UpstreamDirectory directory;
  private UpstreamRegistry registry;

  @BeforeEach
  void start() throws IOException {
    server.start();
    elsewhere.start();
    open(settings(""));
  }

  @AfterEach
  void stop() {
    directory.close();
    server.close();
    elsewhere.close();
  }

  private void open(UpstreamConfig settings) {
    open(settings, Duration.ofSeconds(30));
  }

  private void open(UpstreamConfig settings, Duration patience) {
    directory =
        new UpstreamDirectory(
            new UpstreamsConfig("docker.io", List.of(), Map.of("docker.io", settings)),
            (name, status, limit, remaining) -> {},
            patience,
            patience,
            nanos::get);
    registry = directory.registry("docker.io").orElseThrow();
  }

  @Test
  void readsManifestByTagAndComputesItsDigest() throws Exception {
    server.enqueue(manifest().build());
    RemoteManifest manifest = registry.manifest("library/nginx", "latest", List.of(OCI, "*/*"));
    assertThat(manifest.digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(manifest.mediaType()).isEqualTo(OCI);
    assertThat(StandardCharsets.UTF_8.decode(manifest.content()).toString()).isEqualTo(MANIFEST);
    RecordedRequest request = server.takeRequest();
    assertThat(request.getTarget()).isEqualTo("/v2/library/nginx/manifests/latest");
    assertThat(request.getHeaders().values("Accept")).containsExactly(OCI, "*/*");
    assertThat(request.getHeaders().get("Via")).isEqualTo("1.1 shoal");
  }

  @Test
  void refusesManifestWhoseContentIsNotWhatWasAskedFor() {
    server.enqueue(manifest().build());
    assertFailure(() -> registry.manifest("a/b", BLOB.toString(), List.of()))
        .isEqualTo(Kind.FAILED);
    server.enqueue(manifest().setHeader("Docker-Content-Digest", BLOB.toString()).build());
    assertFailure(() -> registry.manifest("a/b", "latest", List.of())).isEqualTo(Kind.FAILED);
  }

  @Test
  void checksSha512ManifestThoughUpstreamNamesItsSha256() throws Exception {
    Digest sha512 =
        Digest.of(
            HashAlgorithm.SHA512, HashAlgorithm.SHA512.newMessageDigest().digest(utf8(MANIFEST)));
    server.enqueue(
        manifest().setHeader("Docker-Content-Digest", MANIFEST_DIGEST.toString()).build());
    assertThat(registry.manifest("a/b", sha512.toString(), List.of()).digest()).isEqualTo(sha512);
  }

  @Test
  void refusesManifestLargerThanTheLimit() {
    server.enqueue(ok().body("x".repeat(UpstreamRegistry.MAX_MANIFEST_BYTES + 1)).build());
    assertFailure(() -> registry.manifest("a/b", "latest", List.of())).isEqualTo(Kind.FAILED);
  }

  @Test
  void asksForTagWithoutReadingIt() throws Exception {
    server.enqueue(ok().setHeader("Docker-Content-Digest", MANIFEST_DIGEST.toString()).build());
    assertThat(registry.headManifest("a/b", "latest", List.of())).contains(MANIFEST_DIGEST);
    server.enqueue(status(405).build());
    assertThat(registry.headManifest("a/b", "latest", List.of())).isEmpty();
    assertThat(server.takeRequest().getMethod()).isEqualTo("HEAD");
  }

  @Test
  void asksForBlobLengthWithoutReadingIt() throws Exception {
    server.enqueue(ok().setHeader("Content-Length", 5_000_000_000L).build());
    assertThat(registry.headBlob("a/b", BLOB)).hasValue(5_000_000_000L);
  }

  @Test
  void readsRangeWhereUpstreamHonoursIt() throws Exception {
    server.enqueue(status(206).addHeader("Content-Range", "bytes 3-5/10").body("345").build());
    try (RemoteBlob blob = registry.blob("a/b", BLOB, 3, OptionalLong.of(6))) {
      assertThat(blob.from()).isEqualTo(3);
      assertThat(blob.blobBytes()).hasValue(10);
      assertThat(blob.bytes().readAllBytes()).isEqualTo(utf8("345"));
    }
    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeaders().get("Range")).isEqualTo("bytes=3-5");
    assertThat(request.getHeaders().get("Accept-Encoding")).isEqualTo("identity");
  }

  @Test
  void saysWhenUpstreamIgnoresRange() throws Exception {
    server.enqueue(ok().body("0123456789").build());
    try (RemoteBlob blob = registry.blob("a/b", BLOB, 3, OptionalLong.empty())) {
      assertThat(blob.from()).isZero();
      assertThat(blob.blobBytes()).hasValue(10);
    }
    assertThat(server.takeRequest().getHeaders().get("Range")).isEqualTo("bytes=3-");
  }

  @Test
  void refusesOtherRangeThanAskedFor() {
    server.enqueue(status(206).addHeader("Content-Range", "bytes 4-5/10").body("45").build());
    assertFailure(() -> registry.blob("a/b", BLOB, 3, OptionalLong.of(6))).isEqualTo(Kind.FAILED);
    server.enqueue(status(206).addHeader("Content-Range", "nonsense").body("45").build());
    assertFailure(() -> registry.blob("a/b", BLOB, 3, OptionalLong.of(6))).isEqualTo(Kind.FAILED);
  }

  @Test
  void endsTruncatedBlobWithAnException() throws Exception {
    server.enqueue(ok().body("0123456789").onResponseBody(new SocketEffect.CloseSocket()).build());
    try (RemoteBlob blob = registry.blob("a/b", BLOB, 0, OptionalLong.empty())) {
      assertThatThrownBy(() -> blob.bytes().readAllBytes()).isInstanceOf(IOException.class);
    }
  }

  /** docker-registry 2.8 names the blob's length in a 416 whose body is shorter. */
  @Test
  void survivesA416ThatPromisesTheBlob() throws Exception {
    server.enqueue(
        status(416)
            .body("{}")
            .setHeader("Content-Length", 10)
            .onResponseEnd(new SocketEffect.CloseSocket())
            .build());
    assertFailure(() -> registry.blob("a/b", BLOB, 99, OptionalLong.empty()))
        .isEqualTo(Kind.FAILED);
    server.enqueue(ok().body("0123456789").build());
    registry.blob("a/b", BLOB, 0, OptionalLong.empty()).close();
  }

  @Test
  void getsAnonymousTokenOnceAndUsesItUntilItExpires() throws Exception {
    server.enqueue(bearerChallenge());
    elsewhere.enqueue(ok().body("{\"token\":\"t1\",\"expires_in\":100}").build());
    server.enqueue(manifest().build());
    registry.manifest("a/b", "1", List.of());
    assertThat(elsewhere.takeRequest().getTarget())
        .isEqualTo("/token?service=hub&scope=repository%3Aa%2Fb%3Apull");
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isNull();
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer t1");

    server.enqueue(manifest().build());
    nanos.set(Duration.ofSeconds(89).toNanos());
    registry.manifest("a/b", "1", List.of());
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer t1");

    nanos.set(Duration.ofSeconds(91).toNanos());
    server.enqueue(bearerChallenge());
    elsewhere.enqueue(ok().body("{\"access_token\":\"t2\"}").build());
    server.enqueue(manifest().build());
    registry.manifest("a/b", "1", List.of());
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isNull();
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer t2");
  }

  @Test
  void renewsRefusedTokenOnceThenGivesUp() {
    server.enqueue(bearerChallenge());
    elsewhere.enqueue(ok().body("{\"token\":\"t1\"}").build());
    server.enqueue(bearerChallenge());
    assertFailure(() -> registry.manifest("a/b", "1", List.of())).isEqualTo(Kind.DENIED);
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void showsLoginToTokenServerButNotToTheRegistry(@TempDir Path dir) throws Exception {
    open(login(dir));
    server.enqueue(bearerChallenge());
    elsewhere.enqueue(ok().body("{\"token\":\"t\"}").build());
    server.enqueue(manifest().build());
    registry.manifest("a/b", "1", List.of());
    RecordedRequest token = elsewhere.takeRequest();
    assertThat(token.getHeaders().get("Authorization")).isEqualTo("Basic bWU6c2VjcmV0");
    assertThat(token.getTarget()).endsWith("&account=me");
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isNull();
  }

  @Test
  void answersBasicChallengeWithLogin(@TempDir Path dir) throws Exception {
    server.enqueue(status(401).addHeader("WWW-Authenticate", "Basic realm=\"x\"").build());
    assertFailure(() -> registry.headBlob("a/b", BLOB)).isEqualTo(Kind.DENIED);
    open(login(dir));
    server.enqueue(status(401).addHeader("WWW-Authenticate", "Basic realm=\"x\"").build());
    server.enqueue(ok().body("0123456789").build());
    registry.blob("a/b", BLOB, 0, OptionalLong.empty()).close();
    server.takeRequest();
    server.takeRequest();
    assertThat(server.takeRequest().getHeaders().get("Authorization"))
        .isEqualTo("Basic bWU6c2VjcmV0");
  }

  @Test
  void followsRedirectsWithoutShowingTokenToAnotherHost() throws Exception {
    server.enqueue(bearerChallenge());
    elsewhere.enqueue(ok().body("{\"token\":\"t\"}").build());
    server.enqueue(status(307).addHeader("Location", "/moved").build());
    server.enqueue(
        status(307)
            .addHeader("Location", elsewhere.url("/storage?signature=1").toString())
            .build());
    elsewhere.enqueue(status(206).addHeader("Content-Range", "bytes 1-2/10").body("12").build());
    try (RemoteBlob blob = registry.blob("a/b", BLOB, 1, OptionalLong.of(3))) {
      assertThat(blob.bytes().readAllBytes()).isEqualTo(utf8("12"));
    }
    server.takeRequest();
    server.takeRequest();
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer t");
    elsewhere.takeRequest();
    RecordedRequest stored = elsewhere.takeRequest();
    assertThat(stored.getHeaders().get("Authorization")).isNull();
    assertThat(stored.getHeaders().get("Range")).isEqualTo("bytes=1-2");
  }

  @Test
  void givesUpInARedirectCircle() {
    for (int i = 0; i < 9; i++) {
      server.enqueue(status(302).addHeader("Location", "/again").build());
    }
    assertFailure(() -> registry.headBlob("a/b", BLOB)).isEqualTo(Kind.FAILED);
  }

  @Test
  void saysWhatToMakeOfAFailure() {
    for (Map.Entry<Integer, Kind> expected :
        Map.of(
                404, Kind.NOT_FOUND,
                401, Kind.DENIED,
                403, Kind.DENIED,
                429, Kind.RATE_LIMITED,
                500, Kind.FAILED,
                503, Kind.FAILED)
            .entrySet()) {
      nanos.addAndGet(Duration.ofSeconds(8).toNanos());
      server.enqueue(
          status(expected.getKey()).setHeader("Retry-After", 7).body("the reason").build());
      assertThatThrownBy(() -> registry.manifest("a/b", "1", List.of()))
          .hasMessageContaining("the reason")
          .asInstanceOf(type(UpstreamException.class))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(expected.getValue()))
          .satisfies(e -> assertThat(e.status()).hasValue(expected.getKey()))
          .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(7)));
    }
  }

  @Test
  void callsSilentUpstreamUnreachable() throws IOException {
    open(
        UpstreamConfig.anonymous(URI.create("http://127.0.0.1:" + server.getPort())),
        Duration.ofMillis(300));
    server.enqueue(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    assertFailure(() -> registry.headBlob("a/b", BLOB)).isEqualTo(Kind.UNREACHABLE);
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    open(UpstreamConfig.anonymous(URI.create("http://127.0.0.1:" + free)));
    assertFailure(() -> registry.headBlob("a/b", BLOB)).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void doesNotWaitForAManifestThatDrips() {
    open(
        UpstreamConfig.anonymous(URI.create("http://127.0.0.1:" + server.getPort())),
        Duration.ofMillis(500));
    server.enqueue(ok().body("x".repeat(10_000)).throttleBody(1, 100, MILLISECONDS).build());
    assertFailure(() -> registry.manifest("a/b", "1", List.of())).isEqualTo(Kind.UNREACHABLE);
  }

  private MockResponse bearerChallenge() {
    String challenge =
        "Bearer realm=\"%s\",service=\"hub\",scope=\"repository:a/b:pull\""
            .formatted(elsewhere.url("/token"));
    return status(401).addHeader("WWW-Authenticate", challenge).build();
  }

  /** The token server and the storage are inside, as this test is. */
  private UpstreamConfig settings(String more) {
    return Settings.registry(
        "{url: 'http://127.0.0.1:%d', privateHosts: ['%s:%d'], %s}"
            .formatted(server.getPort(), elsewhere.getHostName(), elsewhere.getPort(), more));
  }

  private UpstreamConfig login(Path dir) throws IOException {
    Path password = Files.writeString(dir.resolve("password"), "secret\n");
    return settings(
        "mode: credentials, username: me, passwordFile: '%s', insecure: true".formatted(password));
  }

  private static AbstractObjectAssert<?, Kind> assertFailure(ThrowingCallable call) {
    return assertThatThrownBy(call)
        .asInstanceOf(type(UpstreamException.class))
        .extracting(UpstreamException::kind);
  }

  private static MockResponse.Builder manifest() {
    return ok().setHeader("Content-Type", OCI + "; charset=utf-8").body(MANIFEST);
  }

  private static MockResponse.Builder ok() {
    return status(200);
  }

  private static MockResponse.Builder status(int code) {
    return new MockResponse.Builder().code(code);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
