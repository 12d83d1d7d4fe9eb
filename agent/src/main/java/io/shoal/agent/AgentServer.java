package io.shoal.agent;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.shoal.agent.cache.CacheAdmin;
import io.shoal.agent.content.AgentContent;
import io.shoal.agent.http.AgentView;
import io.shoal.agent.http.RequestMeters;
import io.shoal.agent.prewarm.Prewarmer;
import io.shoal.agent.runtime.NodeRuntimes;
import io.shoal.agent.source.Admission;
import io.shoal.agent.source.BlobSource;
import io.shoal.agent.source.ByteCounts;
import io.shoal.agent.source.LayerPrefetch;
import io.shoal.agent.source.ManifestSource;
import io.shoal.agent.tracker.TrackerLink;
import io.shoal.client.agent.LocalKey;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.origin.Origins;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.tracker.AgentMessage;
import io.shoal.client.tracker.TrackerListener;
import io.shoal.client.tracker.TrackerStream;
import io.shoal.config.HostPort;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.core.units.ByteRate;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.SwarmNodeConfig;
import io.shoal.node.wire.TransportConfig;
import io.shoal.oci.registry.RegistryEndpoint;
import io.shoal.oci.upstream.ReadingRights;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.service.FrontHandler;
import io.shoal.service.HttpService;
import io.shoal.service.LoggedTracker;
import io.shoal.service.Meters;
import io.shoal.service.Readiness;
import io.shoal.service.ThisProcess;
import io.shoal.service.UpstreamMeters;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running agent. */
public final class AgentServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AgentServer.class);

  private final AgentConfig config;

  /** What to end, the last begun first. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final HttpService server;
  private final SwarmNode node;

  /**
   * Starts an agent; it serves when this returns.
   *
   * @param insecure whether it may run without a cluster file
   * @throws IOException if its folder, its files or its addresses cannot be used
   */
  public static AgentServer start(AgentConfig config, boolean insecure) throws IOException {
    return new AgentServer(config, insecure);
  }

  private AgentServer(AgentConfig config, boolean insecure) throws IOException {
    this.config = config;
    try {
      ClusterFile cluster = ClusterFile.load(config.cluster(), insecure);
      OkHttpClient http = PinnedClient.forPeer(cluster, PeerRole.AGENT);
      parts.push(() -> shutDown(http));
      PrometheusMeterRegistry meters = Meters.ofProcess();
      parts.push(meters::close);
      BlobStore store =
          begin(BlobStore.open(config.store().dir(), config.store().limits(), meters));
      UpstreamDirectory upstreams =
          begin(new UpstreamDirectory(config.upstreams(), new UpstreamMeters(meters)::answered));
      TrackerLink tracker = new TrackerLink(store, meters);
      node = begin(swarmNode(cluster, store, meters, tracker));
      tracker.serve(node);
      ByteCounts counts = new ByteCounts(meters);
      AgentView view = new AgentView(store, node, tracker, counts);
      Origins origins = new Origins(http, config.origins());
      ManifestSource manifests = new ManifestSource(store, origins, upstreams, counts);
      BlobSource blobs =
          new BlobSource(store, node, origins, upstreams, manifests, tracker, counts);
      Meters.coalesced(meters, "blob", blobs::coalesced);
      Admission admission =
          new Admission(
              origins,
              upstreams,
              new ReadingRights(upstreams.names(), config.auth(), System::nanoTime));
      RegistryEndpoint endpoint =
          begin(
              new RegistryEndpoint(
                  new AgentContent(
                      admission, manifests, blobs, origins, upstreams, prefetch(store, blobs)),
                  upstreams,
                  true,
                  new RequestMeters(meters)));
      Readiness readiness = new Readiness();
      server =
          begin(
              HttpService.start(
                  "agent",
                  config.listen(),
                  Optional.empty(),
                  new FrontHandler(endpoint::newHandler),
                  view,
                  new CacheAdmin(store, node),
                  LocalKey.create(config.store().dir()),
                  meters,
                  readiness));
      Prewarmer prewarmer =
          begin(
              new Prewarmer(
                  store,
                  blobs,
                  manifests,
                  upstreams,
                  config.prewarm(),
                  new NodeRuntimes(
                      config.prewarm().runtimeAccess(),
                      config.listen(),
                      server.port(),
                      upstreams.names())));
      config.tracker().ifPresent(url -> connect(tracker, prewarmer, url, http, view));
      parts.push(tracker);
      parts.push(readiness::closing);
      log.info("agent listens on {}, peers on port {}", server.uri(), node.port());
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Optional<LayerPrefetch> prefetch(BlobStore store, BlobSource blobs) {
    return config.prefetch().layers()
        ? Optional.of(begin(new LayerPrefetch(store, blobs)))
        : Optional.empty();
  }

  private <T extends AutoCloseable> T begin(T part) {
    parts.push(part);
    return part;
  }

  private SwarmNode swarmNode(
      ClusterFile cluster, BlobStore store, PrometheusMeterRegistry meters, TrackerLink tracker)
      throws IOException {
    HostPort listen = config.peer().listen();
    return SwarmNode.start(
        SwarmNodeConfig.agent(
            TransportConfig.agent(listen.host(), listen.port())
                .in(Locality.of(config.node().labels())),
            config.shutdown().grace()),
        new SwarmNode.Parts(
            PeerId.random(new SecureRandom()),
            PeerRole.AGENT,
            store,
            new TrustedOrigins(cluster.originKeys()),
            Optional.empty(),
            cluster.secret()::proof,
            limiter(config.rates().upload()),
            limiter(config.rates().download()),
            meters,
            tracker));
  }

  private static RateLimiter limiter(Optional<ByteRate> rate) {
    return rate.map(r -> RateLimiter.of(r, System::nanoTime)).orElseGet(RateLimiter::unlimited);
  }

  private void connect(
      TrackerLink tracker, Prewarmer prewarmer, URI url, OkHttpClient http, AgentView view) {
    AgentMessage.Hello hello =
        new AgentMessage.Hello(
            node.id(),
            PeerRole.AGENT,
            config.peer().advertise(),
            node.port(),
            config.node().name().orElseGet(ThisProcess::hostName),
            config.node().labels(),
            ThisProcess.version());
    TrackerListener listener =
        new LoggedTracker(
            url,
            message -> {
              tracker.message(message);
              prewarmer.message(message);
            });
    TrackerStream stream = TrackerStream.open(http, url, hello, view::heartbeat, listener);
    tracker.connect(stream);
    prewarmer.connect(
        new Prewarmer.Answers() {
          @Override
          public void prewarmed(List<NodeReport> reports) {
            stream.prewarmed(reports);
          }

          @Override
          public void estimated(AgentMessage.Estimated answer) {
            stream.estimated(answer);
          }
        });
  }

  private static void shutDown(OkHttpClient http) {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  /** The port of the pull endpoint. */
  public int port() {
    return server.port();
  }

  /** The port that peers link to. */
  public int peerPort() {
    return node.port();
  }

  /** Leaves the swarms, lets uploads end, keeps what has arrived. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.warn("Closing {} failed", part.getClass().getSimpleName(), e);
      }
    }
  }
}
