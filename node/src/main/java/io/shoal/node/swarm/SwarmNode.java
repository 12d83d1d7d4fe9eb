package io.shoal.node.swarm;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.wire.DialFailure;
import io.shoal.node.wire.HelloProof;
import io.shoal.node.wire.PeerTransport;
import io.shoal.swarm.engine.SwarmEngine;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.engine.TorrentMode;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's side of every swarm: owns the engine and its thread, the links, the workers and
 * the loaded torrents. Thread-safe.
 */
public final class SwarmNode implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SwarmNode.class);

  /**
   * What a node is made of.
   *
   * @param id this process
   * @param role what it is
   * @param store where blobs are kept
   * @param trusted whose signatures count
   * @param signer signs states, on an origin
   * @param proof of the cluster secret
   * @param upload how fast payload may leave
   * @param download how fast bytes may come in
   * @param metrics where it counts
   * @param listener what it tells
   */
  public record Parts(
      PeerId id,
      PeerRole role,
      BlobStore store,
      TrustedOrigins trusted,
      Optional<OriginSigner> signer,
      HelloProof proof,
      RateLimiter upload,
      RateLimiter download,
      MeterRegistry metrics,
      SwarmListener listener) {}

  private final SwarmNodeConfig config;
  private final Parts parts;
  private final SwarmEngine engine;
  private final EngineThread thread;
  private final PieceWorkers workers;
  private final PieceFeeds feeds;
  private final LinkTable links;
  private final TorrentTable torrents;
  private final SwarmMeters meters;
  private final Performer performer;
  private final PeerTransport transport;

  /**
   * Binds the peer port and begins to take part.
   *
   * @throws IOException if the port cannot be bound
   */
  public static SwarmNode start(SwarmNodeConfig config, Parts parts) throws IOException {
    SwarmNode node = new SwarmNode(config, parts);
    Thread.ofPlatform().name("signature-tables").daemon().start(TrustedOrigins::prepare);
    node.thread.start();
    return node;
  }

  private SwarmNode(SwarmNodeConfig config, Parts parts) throws IOException {
    this.config = config;
    this.parts = parts;
    long seed = parts.id().high() ^ parts.id().low();
    this.engine = new SwarmEngine(config.engine(), parts.id(), new SplittableRandom(seed));
    this.thread = new EngineThread(this::tick, engine::nextWakeNanos);
    this.workers = new PieceWorkers(config.workers());
    this.feeds = new PieceFeeds(this, workers, parts.signer());
    this.links = new LinkTable(this, config.queuedPayloadBytes());
    this.torrents = new TorrentTable(this, parts.store());
    this.meters = new SwarmMeters(parts.metrics(), links::count, torrents::count, this::uploads);
    this.transport =
        PeerTransport.start(
            config.transport(),
            parts.id(),
            parts.role(),
            parts.proof(),
            links,
            parts.upload(),
            parts.download());
    this.performer =
        new Performer(
            this, links, torrents, workers, transport, parts.trusted(), meters, parts.listener());
    parts.store().addEvictionListener(digest -> post(new SwarmEvent.RemoveTorrent(digest)));
  }

  /** This process's identity. */
  public PeerId id() {
    return parts.id();
  }

  /** The port that peers link to. */
  public int port() {
    return transport.port();
  }

  /** Attested bytes that came from this source since the start. */
  public long receivedBytes(ByteSource source) {
    return meters.receivedBytes(source);
  }

  /** Payload sent to peers since the start. */
  public long sentBytes() {
    return meters.sentBytes();
  }

  /** How many links are up. */
  public int linkCount() {
    return links.count();
  }

  /**
   * Takes part in a torrent in order to get it, or finds the one that is loaded. Blocks while what
   * an earlier run left on disk is checked. The caller holds the torrent and must release it.
   *
   * @param epoch the origin's generation of the blob, 0 if unknown
   * @throws IOException if there is no room on disk
   */
  public Torrent leech(Digest digest, PieceLayout layout, long epoch) throws IOException {
    return leech(digest, layout, epoch, Priority.ON_DEMAND);
  }

  /**
   * The same for a client that waits or for nobody. A torrent that is loaded is raised, if need be,
   * and never lowered.
   */
  public Torrent leech(Digest digest, PieceLayout layout, long epoch, Priority priority)
      throws IOException {
    Torrent torrent = open(digest, layout, TorrentMode.LEECH, epoch, priority);
    if (priority == Priority.ON_DEMAND) {
      torrent.raise();
    }
    return torrent;
  }

  /** A torrent may be retired between finding and holding it; then it is opened anew. */
  private Torrent open(
      Digest digest, PieceLayout layout, TorrentMode mode, long epoch, Priority priority)
      throws IOException {
    while (true) {
      Torrent torrent = torrents.open(digest, layout, mode, epoch, priority);
      if (torrent.retain()) {
        return torrent;
      }
      Thread.onSpinWait();
    }
  }

  /**
   * As an origin: begins to offer a blob whose pieces will come through {@link Torrent#feed}.
   * Blocks while what an earlier run left on disk is checked. The caller must release it.
   *
   * @throws IOException if there is no room on disk
   */
  public Torrent inject(Digest digest, PieceLayout layout, long epoch) throws IOException {
    return open(digest, layout, TorrentMode.INJECT, epoch, Priority.ON_DEMAND);
  }

  /**
   * Loads a verified blob from the store so that peers may have it; empty if it is not there. The
   * caller must release it.
   */
  public Optional<Torrent> seed(Digest digest) throws IOException {
    while (true) {
      Optional<Torrent> torrent = torrents.seed(digest, seedMode());
      if (torrent.isEmpty() || torrent.get().retain()) {
        return torrent;
      }
      Thread.onSpinWait();
    }
  }

  private int uploads() {
    return performer.uploads();
  }

  void completed(Torrent torrent) {
    run(() -> performer.complete(torrent));
  }

  TorrentMode seedMode() {
    return parts.role() == PeerRole.ORIGIN ? TorrentMode.INJECT : TorrentMode.SEED;
  }

  /** The torrent, if it is loaded. */
  public Optional<Torrent> find(Digest digest) {
    return torrents.find(digest);
  }

  /** The loaded torrents. */
  public Collection<Torrent> loaded() {
    return torrents.all();
  }

  /** Says, for metrics, whose a blob is: the central registry that its reader named. */
  public void belongs(Digest digest, String registry) {
    meters.belongs(digest, registry);
  }

  /** Lets go of a blob whose bytes on disk have turned out to be bad; its readers fail. */
  public void drop(Digest digest, String reason) {
    find(digest).ifPresent(torrent -> fail(torrent, new TorrentFailedException(reason)));
  }

  /** Peers to link to for this blob. */
  public void peersFound(Digest digest, List<PeerInfo> peers) {
    post(new SwarmEvent.PeersFound(digest, peers));
  }

  // For the package.

  void post(SwarmEvent event) {
    thread.run(() -> handle(event));
  }

  void run(Runnable task) {
    thread.run(task);
  }

  /** Engine thread only. */
  void handle(SwarmEvent event) {
    engine.on(System.nanoTime(), event).forEach(performer::perform);
  }

  private long lastSweepNanos = System.nanoTime();

  private void tick() {
    handle(new SwarmEvent.Tick());
    long now = System.nanoTime();
    if (now - lastSweepNanos > TimeUnit.SECONDS.toNanos(5)) {
      lastSweepNanos = now;
      torrents.idleSince(now - config.idleTorrent().toNanos()).forEach(performer::unload);
    }
  }

  PieceFeeds feeds() {
    return feeds;
  }

  void want(Torrent torrent, int from, int to) {
    post(new SwarmEvent.Wanted(torrent.digest(), from, to));
  }

  void unwanted(Torrent torrent) {
    post(new SwarmEvent.Unwanted(torrent.digest()));
  }

  void raise(Torrent torrent) {
    post(new SwarmEvent.Raise(torrent.digest()));
  }

  CompletionStage<List<Integer>> reserve(Torrent torrent, int max) {
    CompletableFuture<List<Integer>> result = new CompletableFuture<>();
    if (torrents.find(torrent.digest()).isEmpty()) {
      result.completeExceptionally(new TorrentFailedException("the blob is no longer loaded"));
      return result;
    }
    run(() -> performer.reserve(torrent, max, result));
    return result;
  }

  void unreserve(Torrent torrent, int piece) {
    post(new SwarmEvent.Unreserve(torrent.digest(), piece));
  }

  /** A piece matched and is on disk. Any thread. */
  void attested(Torrent torrent, int piece, ByteSource source) {
    if (torrent.attest(piece, source)) {
      meters.received(source, torrent.digest(), torrent.layout().pieceLength(piece));
    } else {
      meters.duplicate(torrent.layout().pieceLength(piece));
    }
    post(new SwarmEvent.PieceAttested(torrent.digest(), piece));
    feeds.attested(torrent);
    parts.listener().changed(torrent);
  }

  /** The torrent cannot be stored here. */
  void fail(Torrent torrent, IOException reason) {
    log.warn("{} cannot go on: {}", torrent.digest().shortHex(), reason.getMessage());
    torrent.fail(reason);
    run(() -> performer.unload(torrent));
  }

  /** As an origin, or on proof of wrong bytes: nobody shall have this blob under this epoch. */
  void abort(Torrent torrent, String reason) {
    torrent.fail(new TorrentFailedException(reason));
    post(new SwarmEvent.Aborted(torrent.digest(), reason));
  }

  void dialFailed(PeerId peer, PeerAddress address, DialFailure failure, String detail) {
    log.debug("No link to {} at {}: {} {}", peer.shortHex(), address, failure, detail);
    // A crossing connection with the same peer is up or coming: that is no reason to back off.
    if (failure != DialFailure.DUPLICATE) {
      post(new SwarmEvent.DialFailed(peer));
    } else {
      run(() -> performer.duplicateDial(peer));
    }
  }

  void linkDown(LinkTable.Entry entry, String reason) {
    log.debug("Link to {} down: {}", entry.link.peer().address(), reason);
    performer.linkDown(entry);
  }

  void received(LinkTable.Entry entry, PeerMessage message) {
    performer.received(entry, message);
  }

  void payload(
      LinkTable.Entry entry, PeerMessage.Data data, int offset, ByteBuf slice, boolean last) {
    performer.payload(entry, data, offset, slice, last);
  }

  /**
   * Leaves every swarm, lets uploads under way end within the grace, closes the links and keeps
   * what has arrived.
   */
  @Override
  public void close() {
    CountDownLatch left = new CountDownLatch(1);
    run(() -> {
      performer.leaveAll();
      left.countDown();
    });
    try {
      if (left.await(config.leaveGrace().toMillis(), TimeUnit.MILLISECONDS)) {
        performer.awaitSends(config.leaveGrace());
      }
      transport.close();
      thread.stop();
      workers.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    torrents.close();
  }
}
