package io.shoal.agent.tracker;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.shoal.agent.source.SwarmPeers;
import io.shoal.client.tracker.BlobState;
import io.shoal.client.tracker.BlobState.Phase;
import io.shoal.client.tracker.TrackerMessage;
import io.shoal.client.tracker.TrackerStream;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.node.store.BlobStore;
import io.shoal.node.swarm.Progress;
import io.shoal.node.swarm.SwarmListener;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells the tracker what is wanted and held here, and the swarm which peers the tracker names.
 * Works, to no effect, without a tracker. Thread-safe; never blocks.
 */
public final class TrackerLink implements SwarmListener, SwarmPeers, AutoCloseable {

  /** Blobs whose handouts are remembered for a torrent that begins after them. */
  private static final int REMEMBERED = 1000;

  private static final int REMEMBERED_PEERS = 32;

  /** How often the progress of an arriving blob is told. */
  private static final long ANNOUNCE_NANOS = 2_000_000_000L;

  private static final Duration[] BUCKETS =
      Stream.of(1L, 5L, 20L, 50L, 100L, 300L, 1_000L, 5_000L)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private record Named(OptionalLong blobBytes, List<PeerInfo> peers) {}

  private final BlobStore store;
  private final Map<Digest, Named> handouts =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Named> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final Map<Digest, Long> announcedNanos = new ConcurrentHashMap<>();
  private final Deputies deputies = new Deputies();

  /** When blobs were wanted that no handout has come for yet. */
  private final Map<Digest, Long> askedNanos =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  private final Timer latency;
  private volatile @Nullable SwarmNode node;
  private volatile @Nullable TrackerStream stream;

  /** A link that is idle until {@link #connect}. */
  public TrackerLink(BlobStore store, MeterRegistry meters) {
    this.store = store;
    this.latency =
        Timer.builder("shoal.announce.latency")
            .description("From the announce of a wanted blob to the tracker's first handout")
            .serviceLevelObjectives(BUCKETS)
            .register(meters);
  }

  /** Begins to pass on what the tracker says. */
  public void serve(SwarmNode swarm) {
    node = swarm;
  }

  /** Begins to tell the tracker, first of all what is on disk. */
  public void connect(TrackerStream tracker) {
    stream = tracker;
    store.blobs().forEach(this::stored);
    store.addEvictionListener(tracker::withdraw);
  }

  /** Whether the tracker hears us. */
  public boolean connected() {
    TrackerStream tracker = stream;
    return tracker != null && tracker.connected();
  }

  // From the tracker.

  /** Takes what the tracker says. */
  public void message(TrackerMessage message) {
    switch (message) {
      case TrackerMessage.Handout m -> handedOut(m);
      case TrackerMessage.Members m -> deputies.snapshot(m);
      case TrackerMessage.Welcome _,
          TrackerMessage.Quarantine _,
          TrackerMessage.Prewarm _,
          TrackerMessage.StopPrewarm _,
          TrackerMessage.Estimate _ -> {}
    }
  }

  private void handedOut(TrackerMessage.Handout handout) {
    Long asked;
    synchronized (askedNanos) {
      asked = askedNanos.remove(handout.digest());
    }
    if (asked != null) {
      latency.record(Duration.ofNanos(System.nanoTime() - asked));
    }
    synchronized (handouts) {
      Named before =
          handouts.getOrDefault(handout.digest(), new Named(OptionalLong.empty(), List.of()));
      Map<PeerId, PeerInfo> merged = new LinkedHashMap<>();
      handout.peers().forEach(peer -> merged.put(peer.id(), peer));
      before.peers().forEach(peer -> merged.putIfAbsent(peer.id(), peer));
      OptionalLong bytes = handout.blobBytes().map(OptionalLong::of).orElse(before.blobBytes());
      List<PeerInfo> peers = new ArrayList<>(merged.values());
      handouts.put(
          handout.digest(),
          new Named(bytes, peers.subList(0, Math.min(REMEMBERED_PEERS, peers.size()))));
    }
    SwarmNode swarm = node;
    if (swarm != null) {
      swarm.peersFound(handout.digest(), handout.peers());
    }
  }

  // From the readers.

  @Override
  public void wanted(Digest digest) {
    synchronized (askedNanos) {
      askedNanos.put(digest, System.nanoTime());
    }
    announce(BlobState.wanted(digest));
  }

  @Override
  public void unwanted(Digest digest) {
    announce(BlobState.gone(digest));
  }

  @Override
  public void stored(Digest digest, long blobBytes) {
    announce(BlobState.seed(digest, blobBytes, PieceLayout.forBlob(blobBytes).pieceCount()));
  }

  @Override
  public List<PeerInfo> known(Digest digest) {
    synchronized (handouts) {
      Named named = handouts.get(digest);
      return named == null ? List.of() : named.peers();
    }
  }

  @Override
  public OptionalLong blobBytes(Digest digest) {
    synchronized (handouts) {
      Named named = handouts.get(digest);
      return named == null ? OptionalLong.empty() : named.blobBytes();
    }
  }

  @Override
  public boolean firstDeputy(Digest digest) {
    SwarmNode swarm = node;
    return swarm != null && deputies.first(swarm.id(), digest);
  }

  // From the swarm.

  @Override
  public void needPeers(Digest digest) {
    SwarmNode swarm = node;
    Optional<Torrent> torrent = swarm == null ? Optional.empty() : swarm.find(digest);
    torrent.ifPresent(t -> announce(state(t)));
  }

  @Override
  public void changed(Torrent torrent) {
    long now = System.nanoTime();
    Long last = announcedNanos.get(torrent.digest());
    if (torrent.verified() || last == null || now - last > ANNOUNCE_NANOS) {
      announcedNanos.put(torrent.digest(), now);
      announce(state(torrent));
    }
  }

  private static BlobState state(Torrent torrent) {
    Progress progress = torrent.progress();
    Phase phase =
        progress.verified()
            ? Phase.SEED
            : progress.attestedPieces() > 0 ? Phase.PARTIAL : Phase.WANTED;
    return new BlobState(
        torrent.digest(),
        Optional.of(torrent.layout().blobBytes()),
        phase,
        progress.attestedPieces(),
        progress.pieces());
  }

  @Override
  public void unloaded(Digest digest) {
    announcedNanos.remove(digest);
    if (!store.blobs().containsKey(digest)) {
      announce(BlobState.gone(digest));
    }
  }

  @Override
  public void misbehaved(PeerId peer, Digest digest, String reason) {
    TrackerStream tracker = stream;
    if (tracker != null) {
      tracker.report(peer, digest, reason);
    }
  }

  private void announce(BlobState state) {
    TrackerStream tracker = stream;
    if (tracker != null) {
      tracker.announce(state);
    }
  }

  @Override
  public void close() {
    TrackerStream tracker = stream;
    stream = null;
    if (tracker != null) {
      tracker.close();
    }
  }
}
