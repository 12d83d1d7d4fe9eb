package io.shoal.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFileException;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.client.cluster.ClusterSecret;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.cluster.ServerIdentity;
import io.shoal.client.tracker.AgentMessage.Hello;
import io.shoal.client.tracker.BlobState;
import io.shoal.client.tracker.FleetClient;
import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.NodeStats;
import io.shoal.client.tracker.TrackerListener;
import io.shoal.client.tracker.TrackerMessage;
import io.shoal.client.tracker.TrackerMessage.Handout;
import io.shoal.client.tracker.TrackerMessage.Members;
import io.shoal.client.tracker.TrackerStream;
import io.shoal.config.ConfigLoader;
import io.shoal.config.HostPort;
import io.shoal.config.LogConfig;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackerServerTest {

  private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});

  @TempDir private Path dir;
  private ClusterFolder folder;
  private ClusterFile cluster;
  private TrackerServer tracker;

  @BeforeEach
  void start() throws Exception {
    folder = ClusterFolder.init(dir);
    cluster = ClusterFile.read(folder.clusterFile());
    tracker = TrackerServer.start(config(0), false);
  }

  @AfterEach
  void stop() {
    tracker.close();
  }

  @Test
  void peersOfOneBlobHearOfEachOther() throws Exception {
    Heard first = new Heard();
    Heard second = new Heard();
    try (TrackerStream one = open(1, first);
        TrackerStream two = open(2, second)) {
      one.announce(BlobState.wanted(DIGEST));
      assertThat(first.await(Handout.class, h -> true).peers()).isEmpty();
      two.announce(BlobState.wanted(DIGEST));
      assertThat(second.await(Handout.class, h -> true).peers()).containsExactly(peer(1));
      assertThat(first.await(Handout.class, h -> true).peers()).containsExactly(peer(2));
      assertThat(first.await(Members.class, m -> m.members().size() == 2).members())
          .extracting(TrackerMessage.Member::peer)
          .containsExactly(peer(1), peer(2));
      assertThat(one.connected()).isTrue();
    }
  }

  @Test
  void turnsAWrongSecretAway() throws Exception {
    ClusterFile stranger =
        new ClusterFile(ClusterSecret.random(), List.of(), cluster.serverFingerprint());
    Heard heard = new Heard();
    try (TrackerStream stream = open(stranger, 1, heard)) {
      assertThat(heard.lost.poll(60, TimeUnit.SECONDS)).contains("401", "cluster file");
      assertThat(stream.connected()).isFalse();
    }
    assertThat(get(stranger, FleetView.PATH).code()).isEqualTo(401);
    assertThat(fleet().members()).isEmpty();
  }

  @Test
  void aPeerSpeaksToNoOtherServer() throws Exception {
    ClusterFile elsewhere =
        new ClusterFile(
            cluster.secret(), List.of(), Optional.of(ServerIdentity.generate().fingerprint()));
    Heard heard = new Heard();
    try (TrackerStream stream = open(elsewhere, 1, heard)) {
      assertThat(heard.lost.poll(60, TimeUnit.SECONDS)).contains("not of this cluster");
      assertThat(stream.connected()).isFalse();
    }
  }

  @Test
  void anAgentCannotPassForAnOrigin() throws Exception {
    Hello hello = new Hello(id(1), PeerRole.ORIGIN, Optional.empty(), 4611, "n", Map.of(), "1");
    Heard heard = new Heard();
    OkHttpClient asAgent = PinnedClient.forPeer(cluster, PeerRole.AGENT);
    try (TrackerStream stream =
        TrackerStream.open(asAgent, uri(), hello, () -> NodeStats.NONE, heard)) {
      assertThat(heard.lost.poll(60, TimeUnit.SECONDS)).contains("1008", "ORIGIN");
      assertThat(stream.connected()).isFalse();
    }
  }

  @Test
  void peersTellARestartedTrackerEverythingAgain() throws Exception {
    Heard first = new Heard();
    Heard second = new Heard();
    try (TrackerStream one = open(1, first);
        TrackerStream two = open(2, second)) {
      one.announce(BlobState.seed(DIGEST, 1000, 1));
      first.await(Members.class, m -> m.members().size() == 2);
      int port = tracker.port();
      tracker.close();
      assertThat(first.lost.poll(60, TimeUnit.SECONDS)).isNotNull();
      tracker = TrackerServer.start(config(port), false);
      first.await(Members.class, m -> m.members().size() == 2);
      two.announce(BlobState.wanted(DIGEST));
      Handout handout = second.await(Handout.class, h -> !h.peers().isEmpty());
      assertThat(handout.peers()).containsExactly(peer(1));
      assertThat(handout.blobBytes()).contains(1000L);
    }
  }

  @Test
  void aPeerThatClosesIsForgottenAtOnce() throws Exception {
    Heard first = new Heard();
    Heard second = new Heard();
    try (TrackerStream one = open(1, first)) {
      try (TrackerStream two = open(2, second)) {
        first.await(Members.class, m -> m.members().size() == 2);
        assertThat(two.connected()).isTrue();
      }
      first.await(Members.class, m -> m.members().size() == 1);
      assertThat(one.connected()).isTrue();
    }
  }

  @Test
  void closesAStreamThatTalksNonsense() throws Exception {
    for (String nonsense : List.of("{", "{\"type\":\"announce\",\"blobs\":[]}", "null")) {
      BlockingQueue<String> closed = new LinkedBlockingQueue<>();
      WebSocket socket =
          PinnedClient.forPeer(cluster, PeerRole.AGENT)
              .newWebSocket(
                  new Request.Builder().url(uri().resolve(TrackerStream.PATH).toString()).build(),
                  new WebSocketListener() {
                    @Override
                    public void onClosing(WebSocket webSocket, int code, String reason) {
                      closed.add(code + " " + reason);
                      webSocket.close(1000, null);
                    }
                  });
      socket.send(nonsense);
      assertThat(closed.poll(60, TimeUnit.SECONDS)).startsWith("1008");
    }
    assertThat(fleet().members()).isEmpty();
  }

  @Test
  void showsHeartbeatsHealthAndMetrics() throws Exception {
    Heard heard = new Heard();
    NodeStats stats = new NodeStats(1, 2, 3, 4, 5, 6, 7, 8, 9, List.of(), Optional.empty());
    try (TrackerStream stream =
        TrackerStream.open(
            PinnedClient.forPeer(cluster, PeerRole.AGENT), uri(), hello(1), () -> stats, heard)) {
      heard.await(Members.class, m -> true);
      assertThat(stream.connected()).isTrue();
      // The first heartbeat was sent before the snapshot, on the same ordered connection, but
      // nothing orders its arrival: ask until it is there.
      FleetView view = fleet();
      for (int i = 0; i < 1000 && view.totals().peerBytes() == 0; i++) {
        view = fleet();
      }
      assertThat(view.totals().peerBytes()).isEqualTo(3);
      assertThat(get(cluster, "/health/live").code()).isEqualTo(200);
      assertThat(get(cluster, "/health/ready").code()).isEqualTo(200);
      assertThat(get(cluster, "/metrics").peekBody(1 << 20).string())
          .contains("shoal_tracker_members{role=\"agent\"} 1.0")
          .contains("jvm_memory_used_bytes");
    }
  }

  @Test
  void runsWithoutProtectionOnlyWhenToldTo() throws Exception {
    TrackerConfig insecure =
        ConfigLoader.load(
            TrackerConfig.class,
            TrackerConfig.ENV_PREFIX,
            Optional.empty(),
            Map.of("SHOAL_TRACKER_LISTEN", "127.0.0.1:0"));
    Heard heard = new Heard();
    ClusterFile open = ClusterFile.insecure(List.of());
    try (TrackerServer plain = TrackerServer.start(insecure, true);
        TrackerStream stream =
            TrackerStream.open(
                PinnedClient.forPeer(open, PeerRole.AGENT),
                URI.create("http://127.0.0.1:" + plain.port()),
                hello(1),
                () -> NodeStats.NONE,
                heard)) {
      heard.await(Members.class, m -> true);
      assertThat(stream.connected()).isTrue();
    }
    assertThatThrownBy(() -> TrackerServer.start(insecure, false))
        .isInstanceOf(ClusterFileException.class)
        .hasMessageContaining("--insecure was not given");
    assertThatThrownBy(() -> ClusterFile.load(Optional.of(folder.clusterFile()), true))
        .isInstanceOf(ClusterFileException.class)
        .hasMessageContaining("leave out --insecure");
  }

  @Test
  void saysThatItsPortIsTaken() {
    TrackerConfig other = config(tracker.port(), dir.resolve("other"));
    assertThatThrownBy(() -> TrackerServer.start(other, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + tracker.port());
  }

  private TrackerConfig config(int port) {
    return config(port, dir.resolve("tracker"));
  }

  private TrackerConfig config(int port, Path store) {
    return new TrackerConfig(
        new HostPort("127.0.0.1", port),
        Optional.of(folder.clusterFile()),
        Optional.of(folder.serverKey()),
        Duration.ofSeconds(10),
        new TrackerConfig.Store(Optional.of(store)),
        new LogConfig(LogConfig.Format.HUMAN));
  }

  private URI uri() {
    return URI.create("https://127.0.0.1:" + tracker.port());
  }

  private FleetView fleet() throws IOException {
    return new FleetClient(PinnedClient.forOperator(cluster), uri()).fleet();
  }

  private Response get(ClusterFile as, String path) throws IOException {
    Request request = new Request.Builder().url(uri().resolve(path).toString()).build();
    try (Response response = PinnedClient.forOperator(as).newCall(request).execute()) {
      String body = response.body().string();
      return response.newBuilder().body(ResponseBody.create(body, null)).build();
    }
  }

  private TrackerStream open(long id, Heard heard) {
    return open(cluster, id, heard);
  }

  private TrackerStream open(ClusterFile as, long id, Heard heard) {
    OkHttpClient http = PinnedClient.forPeer(as, PeerRole.AGENT);
    return TrackerStream.open(http, uri(), hello(id), () -> NodeStats.NONE, heard);
  }

  private static Hello hello(long id) {
    return new Hello(
        id(id), PeerRole.AGENT, Optional.empty(), 4610 + (int) id, "n" + id, Map.of(), "1");
  }

  private static PeerInfo peer(long id) {
    return new PeerInfo(id(id), new PeerAddress("127.0.0.1", 4610 + (int) id), PeerRole.AGENT);
  }

  private static PeerId id(long id) {
    return new PeerId(0, id);
  }

  /** What one stream heard. */
  private static final class Heard implements TrackerListener {

    private final Map<Class<?>, BlockingQueue<TrackerMessage>> messages = new ConcurrentHashMap<>();
    final BlockingQueue<String> lost = new LinkedBlockingQueue<>();

    @Override
    public void message(TrackerMessage message) {
      of(message.getClass()).add(message);
    }

    @Override
    public void lost(String reason) {
      lost.add(reason);
    }

    private BlockingQueue<TrackerMessage> of(Class<?> type) {
      return messages.computeIfAbsent(type, t -> new LinkedBlockingQueue<>());
    }

    /** The next message of this kind that looks like this; others of its kind are skipped. */
    <T extends TrackerMessage> T await(Class<T> type, Predicate<T> which) throws Exception {
      for (; ; ) {
        TrackerMessage next = of(type).poll(60, TimeUnit.SECONDS);
        assertThat(next).as("a %s within a minute", type.getSimpleName()).isNotNull();
        if (which.test(type.cast(next))) {
          return type.cast(next);
        }
      }
    }
  }
}
