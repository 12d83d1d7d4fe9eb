package io.shoal.origin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFileException;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.cluster.ServerIdentity;
import io.shoal.client.cluster.SigningKeyFile;
import io.shoal.client.origin.DeliveryList;
import io.shoal.client.tracker.AgentMessage;
import io.shoal.client.tracker.NodeStats;
import io.shoal.client.tracker.TrackerStream;
import io.shoal.config.HostPort;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoreUsage;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.SwarmNodeConfig;
import io.shoal.node.wire.TransportConfig;
import io.shoal.oci.push.PushResponder;
import io.shoal.oci.registry.RegistryEndpoint;
import io.shoal.oci.registry.UpstreamSelector;
import io.shoal.oci.upstream.ReadingRights;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.origin.announce.Announcer;
import io.shoal.origin.delivery.Deliveries;
import io.shoal.origin.fetch.BlobFetches;
import io.shoal.origin.fetch.UpstreamBudget;
import io.shoal.origin.http.BlobResponder;
import io.shoal.origin.http.OriginPeer;
import io.shoal.origin.http.OriginStats;
import io.shoal.origin.http.PushGate;
import io.shoal.origin.manifest.Listings;
import io.shoal.origin.manifest.Manifests;
import io.shoal.origin.push.Destinations;
import io.shoal.origin.push.OriginPush;
import io.shoal.origin.upstream.Admission;
import io.shoal.origin.upstream.Upstreams;
import io.shoal.service.ClusterAccess;
import io.shoal.service.FrontHandler;
import io.shoal.service.HttpService;
import io.shoal.service.LoggedTracker;
import io.shoal.service.Meters;
import io.shoal.service.Readiness;
import io.shoal.service.ThisProcess;
import io.shoal.service.UpstreamMeters;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running origin. */
public final class OriginServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OriginServer.class);

  /** Things to close, the last one first. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final Readiness readiness = new Readiness();
  private int port;
  private int peerPort;

  private OriginServer() {}

  /**
   * Starts an origin; it serves when this returns.
   *
   * @param insecure whether {@code --insecure} was given: no secret, plain HTTP
   * @throws IOException if a file it needs cannot be used, or an address is taken
   */
  public static OriginServer start(OriginConfig config, boolean insecure) throws IOException {
    OriginServer origin = new OriginServer();
    boolean started = false;
    try {
      origin.open(config, insecure);
      started = true;
    } finally {
      if (!started) {
        origin.close();
      }
    }
    return origin;
  }

  private void open(OriginConfig config, boolean insecure) throws IOException {
    ClusterFile cluster = ClusterFile.load(config.cluster(), insecure);
    OriginSigner signer = signer(config, cluster);
    Optional<ServerIdentity> identity =
        insecure ? Optional.empty() : Optional.of(serverKey(config));
    PrometheusMeterRegistry metrics = Meters.ofProcess();
    closing(metrics::close);
    OriginStats stats = new OriginStats(metrics);
    BlobStore store =
        closing(BlobStore.open(config.store().dir(), config.store().limits(), metrics));
    UpstreamDirectory directory =
        closing(new UpstreamDirectory(config.upstreams(), new UpstreamMeters(metrics)::answered));
    Path dir = config.store().dir();
    Destinations pushed =
        closing(Destinations.open(config.push(), dir, directory, store, stats::pushed, metrics));
    Upstreams upstreams = new Upstreams(directory, Optional.of(pushed.kept()), pushed.deliveries());
    Admission admission =
        new Admission(
            upstreams, new ReadingRights(directory.names(), config.auth(), System::nanoTime));
    Announcer announcer = new Announcer();
    SwarmNode node = closing(swarm(config, cluster, signer, store, metrics, announcer));
    BlobFetches blobs = fetches(config, store, node, upstreams, stats);
    OriginPush push =
        closing(OriginPush.open(config.push(), dir.resolve("uploads"), upstreams, pushed, blobs));
    ClusterAccess access = new ClusterAccess(cluster.secret());
    RegistryEndpoint endpoint =
        closing(
            new RegistryEndpoint(
                new PushGate(
                    access,
                    new PushResponder(push, new UpstreamSelector(directory.names())),
                    new BlobResponder(access, upstreams, admission, blobs)),
                stats::served));
    Manifests manifests =
        new Manifests(
            store, upstreams, config.tags().ttl(), InstantSource.system(), stats::received);
    Meters.coalesced(metrics, "manifest", manifests::coalesced);
    Meters.coalesced(metrics, "blob", blobs::coalesced);
    OriginPeer self = new OriginPeer(node.id(), config.peer().advertise(), node.port());
    HttpService http =
        closing(
            HttpService.start(
                "origin",
                config.listen(),
                identity,
                new FrontHandler(endpoint::newHandler),
                access,
                upstreams,
                admission,
                manifests,
                new Listings(upstreams),
                blobs,
                pushed.deliveries(),
                self,
                stats,
                metrics,
                readiness));
    port = http.port();
    peerPort = node.port();
    Supplier<NodeStats> report = () -> report(store, stats, pushed.deliveries());
    announce(config, cluster, node, store, announcer, report);
    closing(blobs);
    closing(readiness::closing);
    log.info("origin listens on port {}, for peers on port {}", port, peerPort);
  }

  /** Tells the tracker, if there is one, what is here, and goes on telling it. */
  private void announce(
      OriginConfig config,
      ClusterFile cluster,
      SwarmNode node,
      BlobStore store,
      Announcer announcer,
      Supplier<NodeStats> report) {
    announcer.stored(store.blobs());
    store.addEvictionListener(announcer);
    config
        .tracker()
        .ifPresent(
            tracker -> announcer.connect(closing(join(tracker, config, cluster, node, report))));
  }

  private static BlobFetches fetches(
      OriginConfig config,
      BlobStore store,
      SwarmNode node,
      Upstreams upstreams,
      OriginStats stats) {
    return BlobFetches.create(
        config.fetch().parallelRanges(),
        config.fetch().rangeBytes(),
        config.store().dir().resolve("spool"),
        store,
        node,
        upstreams,
        UpstreamBudget.of(config.rates().upstream()),
        stats::received);
  }

  private static OriginSigner signer(OriginConfig config, ClusterFile cluster)
      throws ClusterFileException {
    OriginSigner signer = new OriginSigner(SigningKeyFile.read(config.signingKey()));
    if (cluster.originKeys().stream().noneMatch(k -> k.id().equals(signer.publicKey().id()))) {
      log.warn(
          "No agent with this cluster file will believe this origin: its key {} is not among the"
              + " originKeys",
          signer.publicKey().text());
    }
    return signer;
  }

  private static SwarmNode swarm(
      OriginConfig config,
      ClusterFile cluster,
      OriginSigner signer,
      BlobStore store,
      PrometheusMeterRegistry metrics,
      Announcer announcer)
      throws IOException {
    HostPort listen = config.peer().listen();
    RateLimiter upload =
        config
            .rates()
            .upload()
            .map(rate -> RateLimiter.of(rate, System::nanoTime))
            .orElseGet(RateLimiter::unlimited);
    return SwarmNode.start(
        SwarmNodeConfig.origin(
            TransportConfig.origin(listen.host(), listen.port()), config.shutdown().grace()),
        new SwarmNode.Parts(
            PeerId.random(new SecureRandom()),
            PeerRole.ORIGIN,
            store,
            new TrustedOrigins(cluster.originKeys()),
            Optional.of(signer),
            cluster.secret()::proof,
            upload,
            RateLimiter.unlimited(),
            metrics,
            announcer));
  }

  private static TrackerStream join(
      URI tracker,
      OriginConfig config,
      ClusterFile cluster,
      SwarmNode node,
      Supplier<NodeStats> report) {
    AgentMessage.Hello hello =
        new AgentMessage.Hello(
            node.id(),
            PeerRole.ORIGIN,
            config.peer().advertise(),
            node.port(),
            ThisProcess.hostName(),
            Map.of(),
            ThisProcess.version());
    return TrackerStream.open(
        PinnedClient.forPeer(cluster, PeerRole.ORIGIN),
        tracker,
        hello,
        report,
        // Handouts and quarantines are for those who download from others.
        new LoggedTracker(tracker, message -> {}));
  }

  private static NodeStats report(BlobStore store, OriginStats stats, Deliveries deliveries) {
    StoreUsage usage = store.usage();
    OriginStats.Totals totals = stats.totals();
    return new NodeStats(
        totals.upstreamBytes(),
        0,
        0,
        0,
        totals.peerBytesSent(),
        usage.blobs(),
        usage.blobBytes(),
        0,
        0,
        List.of(),
        undelivered(deliveries));
  }

  private static Optional<NodeStats.Undelivered> undelivered(Deliveries deliveries) {
    DeliveryList waiting = deliveries.list(1);
    return waiting.oldest().stream()
        .map(first -> new NodeStats.Undelivered(waiting.waiting(), first.age(), first.problem()))
        .findFirst();
  }

  private static ServerIdentity serverKey(OriginConfig config) throws IOException {
    if (config.serverKey().isEmpty()) {
      throw new IOException("serverKey is not set (shoal cluster init writes it: server.pem)");
    }
    return ServerIdentity.read(config.serverKey().get());
  }

  private <T extends AutoCloseable> T closing(T part) {
    parts.push(part);
    return part;
  }

  /** The port of its HTTP API. */
  public int port() {
    return port;
  }

  /** The port agents link to. */
  public int peerPort() {
    return peerPort;
  }

  /**
   * Takes no more requests, ends fetches, lets uploads under way end within the grace, and leaves
   * the store clean. What has arrived is there after the next start.
   */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        log.warn("A part of the origin did not close", e);
      }
    }
  }
}
