package io.shoal.client.origin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shoal.client.json.ShoalJson;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OriginClientTest {

  private static final String HUB = "docker.io";
  private static final String REPOSITORY = "library/debian";
  private static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(UTF_8);
  private static final Digest DIGEST = Digest.sha256Of(MANIFEST);

  private final MockWebServer server = new MockWebServer();
  private OriginClient origin;

  @BeforeEach
  void start() throws IOException {
    server.start();
    origin = new OriginClient(new OkHttpClient(), server.url("/").uri());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void fetchesAManifestByTag() throws Exception {
    server.enqueue(manifest(DIGEST).addHeader(OriginApi.STALE_HEADER, "true").build());
    ManifestAnswer answer = origin.manifest(HUB, REPOSITORY, "12", List.of("a/b", "c/d"));
    assertThat(answer.content()).isEqualTo(MANIFEST);
    assertThat(answer.digest()).isEqualTo(DIGEST);
    assertThat(answer.mediaType()).isEqualTo("application/vnd.oci.image.manifest.v1+json");
    assertThat(answer.stale()).isTrue();

    RecordedRequest request = server.takeRequest();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/shoal/v1/manifests");
    assertThat(request.getUrl().queryParameter("upstream")).isEqualTo(HUB);
    assertThat(request.getUrl().queryParameter("repository")).isEqualTo(REPOSITORY);
    assertThat(request.getUrl().queryParameter("reference")).isEqualTo("12");
    assertThat(request.getHeaders().values("Accept")).containsExactly("a/b", "c/d");
  }

  @Test
  void asksForALengthWithoutMakingTheOriginFetch() throws Exception {
    server.enqueue(new MockResponse.Builder().setHeader("Content-Length", 5_000_000_000L).build());
    assertThat(origin.blobBytes(HUB, REPOSITORY, DIGEST)).isEqualTo(5_000_000_000L);
    assertThat(server.takeRequest().getMethod()).isEqualTo("HEAD");
    server.enqueue(new MockResponse.Builder().code(404).build());
    assertThatThrownBy(() -> origin.blobBytes(HUB, REPOSITORY, DIGEST))
        .isInstanceOf(OriginException.class);
  }

  @Test
  void refusesAManifestThatIsNotWhatItsDigestSays() {
    server.enqueue(manifest(Digest.sha256Of(new byte[1])).build());
    assertThatThrownBy(() -> origin.manifest(HUB, REPOSITORY, "12", List.of()))
        .isInstanceOf(OriginUnreachableException.class)
        .hasMessageContaining("does not match its digest");
  }

  @Test
  void refusesAnotherManifestThanTheOneNamed() {
    server.enqueue(manifest(DIGEST).build());
    String other = Digest.sha256Of(new byte[1]).toString();
    assertThatThrownBy(() -> origin.manifest(HUB, REPOSITORY, other, List.of()))
        .isInstanceOf(OriginUnreachableException.class);
  }

  @Test
  void refusesAManifestBeyondTheLimit() {
    server.enqueue(
        new MockResponse.Builder().body("x".repeat(OriginApi.MAX_MANIFEST_BYTES + 1)).build());
    assertThatThrownBy(() -> origin.manifest(HUB, REPOSITORY, "12", List.of()))
        .isInstanceOf(OriginUnreachableException.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void opensABlob() throws Exception {
    PeerInfo peer =
        new PeerInfo(new PeerId(7, 8), new PeerAddress("10.0.0.1", 4631), PeerRole.ORIGIN);
    BlobAnswer sent = new BlobAnswer(5 << 20, 256 << 10, 42, false, peer);
    server.enqueue(new MockResponse.Builder().body(ShoalJson.write(sent)).build());
    assertThat(origin.open(HUB, REPOSITORY, DIGEST)).isEqualTo(sent);
    RecordedRequest request = server.takeRequest();
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getUrl().encodedPath()).isEqualTo("/shoal/v1/blobs/" + DIGEST + "/open");
  }

  @Test
  void refusesAnAnswerThatMakesNoSense() {
    server.enqueue(new MockResponse.Builder().body("{\"blobBytes\":-1}").build());
    assertThatThrownBy(() -> origin.open(HUB, REPOSITORY, DIGEST))
        .isInstanceOf(OriginUnreachableException.class);
  }

  @Test
  void readsExactlyTheRangeAskedFor() throws Exception {
    server.enqueue(range("cdef", "bytes 2-5/10"));
    try (BlobBytes bytes = origin.read(HUB, REPOSITORY, DIGEST, 2, 6)) {
      assertThat(bytes.length()).isEqualTo(4);
      assertThat(bytes.stream()).hasContent("cdef");
    }
    assertThat(server.takeRequest().getHeaders().get("Range")).isEqualTo("bytes=2-5");
    server.enqueue(range("cdef", "bytes 3-6/10"));
    assertThatThrownBy(() -> origin.read(HUB, REPOSITORY, DIGEST, 2, 6))
        .isInstanceOf(OriginUnreachableException.class);
    server.enqueue(new MockResponse.Builder().body("abcdefghij").build());
    assertThatThrownBy(() -> origin.read(HUB, REPOSITORY, DIGEST, 2, 6))
        .isInstanceOf(OriginUnreachableException.class);
  }

  @Test
  void aBrokenConnectionIsNeverAShortEnd() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .code(206)
            .addHeader("Content-Range", "bytes 0-999999/1000000")
            .body("x".repeat(1_000_000))
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());
    try (BlobBytes bytes = origin.read(HUB, REPOSITORY, DIGEST, 0, 1_000_000);
        InputStream stream = bytes.stream()) {
      assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class);
    }
  }

  @Test
  void tellsWhyTheOriginRefuses() {
    OriginError error =
        new OriginError(
            OriginReason.RATE_LIMITED, "slow down", Optional.of(Duration.ofSeconds(30)));
    server.enqueue(new MockResponse.Builder().code(429).body(ShoalJson.write(error)).build());
    OriginException e =
        catchThrowableOfType(OriginException.class, () -> origin.open(HUB, REPOSITORY, DIGEST));
    assertThat(e.reason()).isEqualTo(OriginReason.RATE_LIMITED);
    assertThat(e.status()).isEqualTo(429);
    assertThat(e.retryAfter()).contains(Duration.ofSeconds(30));
    assertThat(e).hasMessageContaining("slow down").hasMessageContaining(DIGEST.toString());
  }

  @Test
  void makesDoWithAnErrorThatSaysNothing() {
    server.enqueue(new MockResponse.Builder().code(404).body("<html>").build());
    OriginException e =
        catchThrowableOfType(OriginException.class, () -> origin.open(HUB, REPOSITORY, DIGEST));
    assertThat(e.reason()).isEqualTo(OriginReason.NOT_FOUND);
  }

  @Test
  void saysThatAnOriginIsGone() {
    server.close();
    assertThatThrownBy(() -> origin.open(HUB, REPOSITORY, DIGEST))
        .isInstanceOf(OriginUnreachableException.class);
  }

  @Test
  void listsTags() throws Exception {
    TagList tags = new TagList(List.of("11", "12"), true);
    server.enqueue(new MockResponse.Builder().body(ShoalJson.write(tags)).build());
    assertThat(origin.tags(HUB, REPOSITORY, 2, Optional.of("10"))).isEqualTo(tags);
    assertThat(server.takeRequest().getUrl().query()).contains("n=2&last=10");
  }

  private static MockResponse.Builder manifest(Digest digest) {
    return new MockResponse.Builder()
        .addHeader("Content-Type", "application/vnd.oci.image.manifest.v1+json")
        .addHeader(OriginApi.DIGEST_HEADER, digest.toString())
        .body(new String(MANIFEST, UTF_8));
  }

  private static MockResponse range(String body, String contentRange) {
    return new MockResponse.Builder()
        .code(206)
        .addHeader("Content-Range", contentRange)
        .body(body)
        .build();
  }
}
