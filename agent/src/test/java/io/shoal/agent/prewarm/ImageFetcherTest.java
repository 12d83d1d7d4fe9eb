package io.shoal.agent.prewarm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.agent.runtime.LoginConfig;
import io.shoal.agent.runtime.NodeRuntimes;
import io.shoal.agent.runtime.RuntimeAccess;
import io.shoal.agent.source.BlobSource;
import io.shoal.agent.source.ByteCounts;
import io.shoal.agent.source.ManifestSource;
import io.shoal.agent.tracker.TrackerLink;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.origin.Origins;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.client.tracker.AgentMessage.Estimated;
import io.shoal.client.tracker.TrackerMessage.Estimate;
import io.shoal.client.tracker.TrackerMessage.Prewarm;
import io.shoal.config.ConfigLoader;
import io.shoal.config.HostPort;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoreLimits;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.SwarmNodeConfig;
import io.shoal.node.wire.TransportConfig;
import io.shoal.oci.testing.FakeUpstream;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on a node whose only registry is in mode relay, without origins. */
@Timeout(120)
class ImageFetcherTest {

  private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

  @TempDir private Path dir;

  private final byte[] layer = new byte[3_000_000];
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private FakeUpstream upstream;
  private UpstreamDirectory upstreams;
  private BlobStore store;
  private SwarmNode node;
  private ImageFetcher fetcher;
  private Digest digest;

  @BeforeEach
  void start() throws Exception {
    new Random(3).nextBytes(layer);
    upstream = new FakeUpstream();
    digest = upstream.addBlob(layer);
    upstream.addManifest(
        "1",
        TYPE,
        "{\"layers\":[{\"digest\":\"%s\",\"size\":%d}]}"
            .formatted(digest, layer.length)
            .getBytes(UTF_8));
    upstream.openWith("owner", "team/app");
    upstreams =
        new UpstreamDirectory(
            ConfigLoader.load(
                UpstreamsConfig.class,
                "TEST",
                Optional.empty(),
                Map.of(
                    "TEST_REGISTRIES",
                    "{\"%s\": {url: \"%s\", mode: relay}}"
                        .formatted(upstream.host(), upstream.uri()))));
    store =
        BlobStore.open(
            dir.resolve("store"),
            new StoreLimits(Optional.empty(), 0.9, 0.01, 0.95, 0.85, Duration.ofHours(1)),
            meters);
    ClusterFile cluster = ClusterFile.load(Optional.empty(), true);
    TrackerLink peers = new TrackerLink(store, new SimpleMeterRegistry());
    node =
        SwarmNode.start(
            SwarmNodeConfig.agent(TransportConfig.agent("127.0.0.1", 0), Duration.ZERO),
            new SwarmNode.Parts(
                PeerId.random(new SplittableRandom(1)),
                PeerRole.AGENT,
                store,
                new TrustedOrigins(cluster.originKeys()),
                Optional.empty(),
                cluster.secret()::proof,
                RateLimiter.unlimited(),
                RateLimiter.unlimited(),
                meters,
                peers));
    peers.serve(node);
    Origins origins = new Origins(PinnedClient.forPeer(cluster, PeerRole.AGENT), List.of());
    ByteCounts counts = new ByteCounts(new SimpleMeterRegistry());
    ManifestSource manifests = new ManifestSource(store, origins, upstreams, counts);
    Path password = Files.writeString(dir.resolve("password"), "owner\n");
    RuntimeAccess access =
        new RuntimeAccess(
            List.of(PrewarmRuntime.CONTAINERD),
            dir.resolve("docker.sock"),
            dir.resolve("containerd.sock"),
            "k8s.io",
            Optional.empty(),
            Optional.empty());
    fetcher =
        new ImageFetcher(
            store,
            new BlobSource(store, node, origins, upstreams, manifests, peers, counts),
            manifests,
            upstreams,
            new PrewarmConfig(access, Map.of("team", new LoginConfig("bob", password))),
            new NodeRuntimes(access, new HostPort("127.0.0.1", 0), 4600, upstreams.names()));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    upstreams.close();
    store.close();
    upstream.close();
  }

  private PrewarmTask task(
      Optional<PrewarmRuntime> runtime, Optional<Long> rate, Optional<String> credentials) {
    return new PrewarmTask(
        new Prewarm(
            "job",
            1,
            List.of(image()),
            Optional.empty(),
            Optional.empty(),
            runtime,
            rate,
            credentials));
  }

  private String image() {
    return upstream.host() + "/team/app:1";
  }

  private Estimated estimate() {
    return fetcher.estimate(
        new Estimate("q", List.of(image()), Optional.empty(), Optional.of("team")));
  }

  @Test
  void fetchesAPrivateImageWithTheLoginThatTheJobNames() throws Exception {
    assertThat(estimate()).isEqualTo(new Estimated("q", layer.length, layer.length, ""));
    assertThat(upstream.blobBytesSent()).isZero();
    PrewarmTask task = task(Optional.empty(), Optional.empty(), Optional.of("team"));
    fetcher.fetch(task);
    assertThat(task.report())
        .isEqualTo(
            new NodeReport("job", 1, NodeReport.Phase.RUNNING, "", layer.length, layer.length));
    assertThat(store.find(digest)).get().satisfies(blob -> blob.close());
    assertThat(estimate()).isEqualTo(new Estimated("q", 0, layer.length, ""));
  }

  @Test
  void saysThatItDoesNotKnowALoginAndThatOneIsNeeded() {
    PrewarmTask unknown = task(Optional.empty(), Optional.empty(), Optional.of("other"));
    assertThatThrownBy(() -> fetcher.fetch(unknown))
        .hasMessage("this agent knows no credentials 'other' (prewarm.credentials)");
    PrewarmTask without = task(Optional.empty(), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> fetcher.fetch(without)).hasMessageContaining("--credentials");
    assertThat(upstream.blobBytesSent()).isZero();
  }

  @Test
  void aJobWithARateTakesAsLongAsItSays() throws Exception {
    PrewarmTask task = task(Optional.empty(), Optional.of(2_000_000L), Optional.of("team"));
    long began = System.nanoTime();
    fetcher.fetch(task);
    // What may come at once after a pause is less than a tenth of a second's worth.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1_400));
    assertThat(task.report().bytesDone()).isEqualTo(layer.length);
  }

  @Test
  void aRuntimeThatIsNotAllowedOrNotThereFailsBeforeAnythingIsFetched() {
    PrewarmTask docker =
        task(Optional.of(PrewarmRuntime.DOCKER), Optional.empty(), Optional.of("team"));
    assertThatThrownBy(() -> fetcher.fetch(docker))
        .hasMessage(
            "this agent may not use docker: its configuration does not name it"
                + " (prewarm.runtimeAccess.allow; with the Helm chart"
                + " prewarm.runtimeAccess.enabled)");
    PrewarmTask containerd =
        task(Optional.of(PrewarmRuntime.CONTAINERD), Optional.empty(), Optional.of("team"));
    assertThatThrownBy(() -> fetcher.fetch(containerd))
        .hasMessageContaining("there is no containerd here")
        .hasMessageContaining("containerd.sock is missing");
    assertThat(upstream.manifestRequests()).isEmpty();
  }
}
