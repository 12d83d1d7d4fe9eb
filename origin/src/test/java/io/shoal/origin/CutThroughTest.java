package io.shoal.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.origin.BlobAnswer;
import io.shoal.client.origin.OriginClient;
import io.shoal.config.ConfigLoader;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoreLimits;
import io.shoal.node.swarm.ByteSource;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.SwarmNodeConfig;
import io.shoal.node.swarm.Torrent;
import io.shoal.node.wire.TransportConfig;
import io.shoal.oci.testing.FakeUpstream;
import io.shoal.origin.announce.Announcer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An origin and peers that take a blob from it over links, while it is still coming. */
@Timeout(60)
class CutThroughTest {

  private static final int MIB = 1 << 20;

  @TempDir Path dir;

  private FakeUpstream upstream;
  private ClusterFile cluster;
  private OkHttpClient http;
  private Map<String, String> settings;
  private OriginServer origin;
  private final List<AutoCloseable> agents = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    upstream = new FakeUpstream();
    ClusterFolder folder = ClusterFolder.init(dir.resolve("cluster"));
    cluster = ClusterFile.read(folder.clusterFile());
    http = PinnedClient.forPeer(cluster, PeerRole.AGENT);
    settings =
        Map.of(
            "SHOAL_ORIGIN_LISTEN", "127.0.0.1:0",
            "SHOAL_ORIGIN_PEER_LISTEN", "127.0.0.1:0",
            "SHOAL_ORIGIN_CLUSTER", folder.clusterFile().toString(),
            "SHOAL_ORIGIN_SERVER_KEY", folder.serverKey().toString(),
            "SHOAL_ORIGIN_SIGNING_KEY", folder.signingKey().toString(),
            "SHOAL_ORIGIN_STORE_DIR", dir.resolve("origin").toString(),
            "SHOAL_ORIGIN_STORE_SHARE_OF_DISK", "0.9",
            "SHOAL_ORIGIN_STORE_KEEP_FREE", "0.01",
            "SHOAL_ORIGIN_UPSTREAMS_REGISTRIES",
                "{\"%s\": {url: \"%s\"}}".formatted(upstream.host(), upstream.uri()));
    origin = startOrigin();
  }

  private OriginServer startOrigin() throws Exception {
    return OriginServer.start(
        ConfigLoader.load(OriginConfig.class, OriginConfig.ENV_PREFIX, Optional.empty(), settings),
        false);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable agent : agents.reversed()) {
      agent.close();
    }
    origin.close();
    upstream.close();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private SwarmNode agent(String name) throws IOException {
    BlobStore store =
        BlobStore.open(
            dir.resolve(name),
            new StoreLimits(Optional.empty(), 0.9, 0.01, 0.95, 0.85, Duration.ofHours(1)),
            new SimpleMeterRegistry());
    agents.add(store);
    SwarmNode agent =
        SwarmNode.start(
            SwarmNodeConfig.agent(TransportConfig.agent("127.0.0.1", 0), Duration.ofSeconds(1)),
            new SwarmNode.Parts(
                PeerId.random(new SplittableRandom()),
                PeerRole.AGENT,
                store,
                new TrustedOrigins(cluster.originKeys()),
                Optional.empty(),
                cluster.secret()::proof,
                RateLimiter.unlimited(),
                RateLimiter.unlimited(),
                new SimpleMeterRegistry(),
                new Announcer()));
    agents.add(agent);
    return agent;
  }

  private BlobAnswer open(Digest digest) throws IOException {
    URI uri = URI.create("https://127.0.0.1:" + origin.port());
    return new OriginClient(http, uri).open(upstream.host(), "a/b", digest);
  }

  private static Torrent leech(SwarmNode agent, Digest digest, BlobAnswer answer)
      throws IOException {
    Torrent torrent = agent.leech(digest, answer.layout(), answer.epoch());
    torrent.want(0, answer.blobBytes());
    agent.peersFound(digest, List.of(answer.originPeer()));
    return torrent;
  }

  private static void assertContent(Torrent torrent, byte[] content) throws Exception {
    torrent.completed().toCompletableFuture().get(30, TimeUnit.SECONDS);
    ByteBuffer read = ByteBuffer.allocate(content.length);
    while (read.hasRemaining() && torrent.channel().read(read, read.position()) > 0) {}
    assertThat(read.array()).isEqualTo(content);
  }

  private static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  @Test
  void peersReadThePrefixWhileUpstreamIsStillSending() throws Exception {
    byte[] content = random(8 * MIB + 321);
    Digest digest = upstream.addBlob(content);
    Semaphore gate = upstream.holdBlobBytes();
    gate.release(16);
    BlobAnswer answer = open(digest);
    Torrent torrent = leech(agent("agent"), digest, answer);
    try {
      assertThat(torrent.servable(0).toCompletableFuture().get(30, TimeUnit.SECONDS))
          .isGreaterThanOrEqualTo(MIB / 4);
      assertThat(upstream.blobBytesSent()).isLessThanOrEqualTo(16 * 64 << 10);
      gate.release(1 << 20);
      assertContent(torrent, content);
      assertThat(torrent.progress().bytesBySource())
          .containsEntry(ByteSource.ORIGIN, (long) content.length);
    } finally {
      torrent.release();
    }
    assertThat(upstream.blobBytesSent()).isEqualTo(content.length);
  }

  @Test
  void anOriginServesAFinishedBlobWithoutUpstreamAlsoAfterARestart() throws Exception {
    byte[] content = random(5 * MIB);
    Digest digest = upstream.addBlob(content);
    open(digest);
    Torrent first = leech(agent("one"), digest, open(digest));
    assertContent(first, content);
    first.release();
    origin.close();
    origin = startOrigin();
    upstream.down(true);
    BlobAnswer complete = open(digest);
    assertThat(complete.complete()).isTrue();
    assertThat(complete.epoch()).isPositive();
    Torrent second = leech(agent("two"), digest, complete);
    assertContent(second, content);
    second.release();
    assertThat(upstream.blobBytesSent()).isEqualTo(content.length);
  }
}
