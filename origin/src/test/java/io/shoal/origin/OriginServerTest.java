package io.shoal.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.origin.BlobAnswer;
import io.shoal.client.origin.BlobBytes;
import io.shoal.client.origin.ManifestAnswer;
import io.shoal.client.origin.OriginClient;
import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.OriginReason;
import io.shoal.client.origin.RepositoryList;
import io.shoal.config.ConfigLoader;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerRole;
import io.shoal.oci.testing.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OriginServerTest {

  private static final int MIB = 1 << 20;
  private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

  @TempDir Path dir;

  private FakeUpstream upstream;
  private ClusterFile cluster;
  private OkHttpClient http;
  private OriginServer origin;

  @BeforeEach
  void start() throws Exception {
    upstream = new FakeUpstream();
    cluster = ClusterFile.read(ClusterFolder.init(dir.resolve("cluster")).clusterFile());
    http = PinnedClient.forPeer(cluster, PeerRole.AGENT);
    origin = OriginServer.start(config("0s"), false);
  }

  private OriginConfig config(String tagTtl) throws Exception {
    return config(tagTtl, "public");
  }

  private OriginConfig config(String tagTtl, String mode) throws Exception {
    ClusterFolder folder = ClusterFolder.in(dir.resolve("cluster"));
    Path yaml = dir.resolve("origin.yml");
    Files.writeString(
        yaml,
        """
        listen: 127.0.0.1:0
        peer: {listen: "127.0.0.1:0"}
        cluster: %s
        serverKey: %s
        signingKey: %s
        store: {dir: %s, shareOfDisk: 0.9, keepFree: 0.01}
        upstreams:
          default: "%s"
          allow: []
          registries: {"%s": {url: "%s", catalog: true, mode: %s}}
        tags: {ttl: %s}
        shutdown: {grace: 1s}
        """
            .formatted(
                folder.clusterFile(),
                folder.serverKey(),
                folder.signingKey(),
                dir.resolve("store"),
                upstream.host(),
                upstream.host(),
                upstream.uri(),
                mode,
                tagTtl));
    return ConfigLoader.load(
        OriginConfig.class, OriginConfig.ENV_PREFIX, Optional.of(yaml), Map.of());
  }

  @AfterEach
  void stop() {
    origin.close();
    upstream.close();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private URI uri() {
    return URI.create("https://127.0.0.1:" + origin.port());
  }

  private OriginClient client() {
    return new OriginClient(http, uri());
  }

  private String get(OkHttpClient as, String path) throws IOException {
    Request request = new Request.Builder().url(uri() + path).build();
    try (Response response = as.newCall(request).execute()) {
      return response.code() + " " + response.body().string();
    }
  }

  private static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  private byte[] read(Digest digest, long from, long to) throws IOException {
    try (BlobBytes bytes = client().read(upstream.host(), "a/b", digest, from, to)) {
      return bytes.readAll(Integer.MAX_VALUE);
    }
  }

  @Test
  void opensABlobAndSendsItsBytesWhileTheyArrive() throws Exception {
    byte[] content = random(6 * MIB + 5);
    Digest digest = upstream.addBlob(content);
    Semaphore gate = upstream.holdBlobBytes();
    gate.release(4);
    BlobAnswer answer = client().open(upstream.host(), "a/b", digest);
    assertThat(answer.layout()).isEqualTo(PieceLayout.forBlob(content.length));
    assertThat(answer.complete()).isFalse();
    assertThat(answer.epoch()).isPositive();
    assertThat(answer.originPeer().role()).isEqualTo(PeerRole.ORIGIN);
    assertThat(answer.originPeer().address().host()).isEqualTo("127.0.0.1");
    assertThat(answer.originPeer().address().port()).isEqualTo(origin.peerPort());
    assertThat(read(digest, 0, 1000)).isEqualTo(java.util.Arrays.copyOf(content, 1000));
    gate.release(1 << 20);
    assertThat(read(digest, 0, content.length)).isEqualTo(content);
    assertThat(read(digest, content.length - 1, content.length))
        .containsExactly(content[content.length - 1]);
    assertThat(client().open(upstream.host(), "a/b", digest).complete()).isTrue();
    assertThat(get(http, "/shoal/v1/stats")).contains("\"upstreamBytes\":" + content.length);
  }

  @Test
  void asksUpstreamOnceForTwentyClients() throws Exception {
    byte[] content = random(3 * MIB);
    Digest digest = upstream.addBlob(content);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(threads.submit(() -> read(digest, 0, content.length)));
      }
      for (Future<byte[]> answer : answers) {
        assertThat(answer.get()).isEqualTo(content);
      }
    }
    assertThat(upstream.blobBytesSent()).isEqualTo(content.length);
  }

  @Test
  void resolvesTagsAnewAndServesThemStaleWhileUpstreamIsDown() throws Exception {
    Digest digest = upstream.addManifest("latest", TYPE, "{\"one\":1}".getBytes());
    ManifestAnswer first = client().manifest(upstream.host(), "a/b", "latest", List.of(TYPE));
    assertThat(first.digest()).isEqualTo(digest);
    assertThat(first.mediaType()).isEqualTo(TYPE);
    assertThat(first.stale()).isFalse();
    client().manifest(upstream.host(), "a/b", "latest", List.of(TYPE));
    assertThat(upstream.manifestRequests()).containsExactly("GET latest", "HEAD latest");
    upstream.down(true);
    ManifestAnswer stale = client().manifest(upstream.host(), "a/b", "latest", List.of(TYPE));
    assertThat(stale.stale()).isTrue();
    assertThat(stale.digest()).isEqualTo(digest);
    assertThat(client().manifest(upstream.host(), "a/b", digest.toString(), List.of()).stale())
        .isFalse();
    upstream.down(false);
    Digest next = upstream.addManifest("latest", TYPE, "{\"two\":2}".getBytes());
    assertThat(client().manifest(upstream.host(), "a/b", "latest", List.of(TYPE)).digest())
        .isEqualTo(next);
  }

  @Test
  void believesATagForItsTimeToLiveAlsoAfterARestart() throws Exception {
    upstream.addManifest("v1", TYPE, "{}".getBytes());
    client().manifest(upstream.host(), "a/b", "v1", List.of(TYPE));
    origin.close();
    origin = OriginServer.start(config("1h"), false);
    client().manifest(upstream.host(), "a/b", "v1", List.of(TYPE));
    assertThat(upstream.manifestRequests()).containsExactly("GET v1");
  }

  @Test
  void saysWhyItCannotGiveSomething() {
    Digest unknown = Digest.sha256Of(random(7));
    assertReason(() -> client().open(upstream.host(), "a/b", unknown), OriginReason.NOT_FOUND, 404);
    assertReason(() -> read(unknown, 0, 1), OriginReason.NOT_FOUND, 404);
    assertReason(() -> client().open("evil.example", "a/b", unknown), OriginReason.DENIED, 403);
    assertReason(
        () -> client().manifest(upstream.host(), "A b", "x", List.of()),
        OriginReason.BAD_REQUEST,
        400);
    upstream.down(true);
    assertReason(
        () -> client().manifest(upstream.host(), "a/b", "x", List.of()),
        OriginReason.UPSTREAM_FAILED,
        502);
  }

  private interface Call {
    Object run() throws Exception;
  }

  private static void assertReason(Call call, OriginReason reason, int status) {
    assertThatThrownBy(call::run)
        .asInstanceOf(InstanceOfAssertFactories.type(OriginException.class))
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(reason);
          assertThat(e.status()).isEqualTo(status);
        });
  }

  @Test
  void tellsAClientOnlyWhatHisOwnTokenOpens() throws Exception {
    origin.close();
    Digest digest = upstream.addBlob(random(2 * MIB));
    upstream.keepIn("a/b", digest);
    upstream.openWith("owner", "a/b");
    upstream.openWith("other", "c/d");
    origin = OriginServer.start(config("1h", "relay"), false);
    upstream.addManifest("v1", TYPE, "{}".getBytes());
    OriginClient owner = client().as(Optional.of("Bearer owner"));
    OriginClient other = client().as(Optional.of("Bearer other"));
    owner.manifest(upstream.host(), "a/b", "v1", List.of(TYPE));
    owner.open(upstream.host(), "a/b", digest);
    assertThat(owner.blobRight(upstream.host(), "a/b", digest).age())
        .isLessThan(java.time.Duration.ofSeconds(60));
    assertReason(
        () -> client().manifest(upstream.host(), "a/b", "v1", List.of(TYPE)),
        OriginReason.DENIED,
        403);
    assertReason(() -> read(digest, 0, 1), OriginReason.DENIED, 403);
    assertReason(() -> other.read(upstream.host(), "a/b", digest, 0, 1), OriginReason.DENIED, 403);
    assertReason(() -> other.open(upstream.host(), "c/d", digest), OriginReason.NOT_FOUND, 404);
    upstream.down(true);
    owner.open(upstream.host(), "a/b", digest);
    assertReason(
        () -> other.open(upstream.host(), "a/b", digest), OriginReason.UPSTREAM_FAILED, 502);
  }

  @Test
  void answersNobodyWithoutTheClustersToken() throws Exception {
    ClusterFile other =
        new ClusterFile(
            io.shoal.client.cluster.ClusterSecret.random(),
            cluster.originKeys(),
            cluster.serverFingerprint());
    OkHttpClient stranger = PinnedClient.forPeer(other, PeerRole.AGENT);
    Digest digest = upstream.addBlob(random(10));
    String query = "?upstream=" + upstream.host() + "&repository=a/b";
    assertThat(get(stranger, "/shoal/v1/blobs/" + digest + query)).startsWith("401 ");
    assertThat(get(stranger, "/shoal/v1/tags" + query)).startsWith("401 ");
    assertThat(get(stranger, "/shoal/v1/stats")).startsWith("401 ");
    assertThat(get(stranger, "/health/live")).startsWith("200 ");
    assertThat(upstream.blobRequests()).isEmpty();
  }

  @Test
  void listsTagsAndTellsHowItIs() throws Exception {
    assertThat(client().tags(upstream.host(), "a/b", 10, Optional.empty()).tags())
        .containsExactly("a", "b");
    assertThat(get(http, "/health/ready")).startsWith("200 ");
    assertThat(get(http, "/metrics")).contains("shoal_upstream_bytes_total");
  }

  @Test
  void listsRepositoriesAndReferrers() throws Exception {
    assertThat(client().catalog(upstream.host(), 1, Optional.empty()))
        .isEqualTo(new RepositoryList(List.of("a/b"), Optional.of("a/b")));
    Digest subject = Digest.sha256Of(new byte[0]);
    String index = "{\"manifests\":[{\"digest\":\"x\"}]}";
    upstream.addManifest(
        "sha256-" + subject.hex(),
        "application/vnd.oci.image.index.v1+json",
        index.getBytes(StandardCharsets.UTF_8));
    assertThat(new String(client().referrers(upstream.host(), "a/b", subject)))
        .contains("{\"digest\":\"x\"}");
    assertThatThrownBy(() -> client().catalog("docker.io", 1, Optional.empty()))
        .hasMessageContaining("does not list docker.io");
  }

  @Test
  void tellsALengthWithoutFetching() throws Exception {
    Digest digest = upstream.addBlob(random(2 * MIB));
    Request request =
        new Request.Builder()
            .url(
                uri()
                    + "/shoal/v1/blobs/"
                    + digest
                    + "?upstream="
                    + upstream.host()
                    + "&repository=a/b")
            .head()
            .build();
    try (Response response = http.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(response.header("Content-Length")).isEqualTo("" + 2 * MIB);
    }
    assertThat(upstream.blobRequests()).isEmpty();
  }
}
