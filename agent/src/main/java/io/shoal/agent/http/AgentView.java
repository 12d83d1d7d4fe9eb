package io.shoal.agent.http;

import io.shoal.agent.source.ByteCounts;
import io.shoal.agent.tracker.TrackerLink;
import io.shoal.client.tracker.NodeStats;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoreUsage;
import io.shoal.node.store.StoredBlob;
import io.shoal.node.swarm.ByteSource;
import io.shoal.node.swarm.Progress;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A look into the agent. Thread-safe. */
public final class AgentView {

  private final BlobStore store;
  private final SwarmNode node;
  private final TrackerLink tracker;
  private final ByteCounts counts;
  private final Rate sentRate = new Rate();
  private final Rate receivedRate = new Rate();

  /** A look at these parts. */
  public AgentView(BlobStore store, SwarmNode node, TrackerLink tracker, ByteCounts counts) {
    this.store = store;
    this.node = node;
    this.tracker = tracker;
    this.counts = counts;
  }

  AgentStats stats() {
    return new AgentStats(
        Map.of(
            "upstream",
            node.receivedBytes(ByteSource.UPSTREAM) + counts.upstreamTotal(),
            "origin",
            node.receivedBytes(ByteSource.ORIGIN) + counts.originTotal(),
            "peer",
            node.receivedBytes(ByteSource.PEER),
            "cache",
            counts.cacheTotal()),
        node.sentBytes(),
        node.linkCount(),
        tracker.connected());
  }

  /** What a heartbeat tells the tracker. */
  public NodeStats heartbeat() {
    Map<String, Long> bytes = stats().bytes();
    StoreUsage usage = store.usage();
    List<NodeStats.Progress> arriving =
        node.loaded().stream()
            .filter(torrent -> !torrent.verified())
            .limit(NodeStats.MAX_PROGRESS)
            .map(AgentView::progress)
            .toList();
    return new NodeStats(
        bytes.getOrDefault("upstream", 0L),
        bytes.getOrDefault("origin", 0L),
        bytes.getOrDefault("peer", 0L),
        bytes.getOrDefault("cache", 0L),
        node.sentBytes(),
        usage.blobs(),
        usage.blobBytes() + usage.partialBytes(),
        sentRate.of(node.sentBytes()),
        receivedRate.of(
            bytes.getOrDefault("upstream", 0L)
                + bytes.getOrDefault("origin", 0L)
                + bytes.getOrDefault("peer", 0L)),
        arriving,
        Optional.empty());
  }

  /** Bytes per second from one heartbeat to the next. */
  private static final class Rate {

    private static final double NANOS = 1e9;

    private long atNanos = System.nanoTime();
    private long bytes;

    synchronized long of(long now) {
      long nanos = System.nanoTime();
      long perSecond = (long) ((now - bytes) * NANOS / Math.max(1, nanos - atNanos));
      atNanos = nanos;
      bytes = now;
      return Math.max(0, perSecond);
    }
  }

  private static NodeStats.Progress progress(Torrent torrent) {
    Progress p = torrent.progress();
    long have =
        Math.min(
            torrent.layout().blobBytes(),
            (long) p.attestedPieces() * torrent.layout().pieceBytes());
    return new NodeStats.Progress(torrent.digest(), torrent.layout().blobBytes(), have);
  }

  Optional<BlobView> blob(Digest digest) {
    Optional<Torrent> torrent = node.find(digest);
    if (torrent.isPresent()) {
      return Optional.of(arriving(torrent.get()));
    }
    Optional<StoredBlob> stored = store.find(digest);
    if (stored.isPresent()) {
      try (StoredBlob blob = stored.get()) {
        int pieces = PieceLayout.forBlob(blob.blobBytes()).pieceCount();
        return Optional.of(
            new BlobView(
                "stored", blob.blobBytes(), pieces, pieces, List.of(), List.of(), 0, Map.of()));
      }
    }
    return Optional.empty();
  }

  private static BlobView arriving(Torrent torrent) {
    Progress p = torrent.progress();
    Map<String, Long> bytes = new TreeMap<>();
    p.bytesBySource().forEach((source, amount) -> bytes.put(source.label(), amount));
    return new BlobView(
        p.verified() ? "verified" : "arriving",
        torrent.layout().blobBytes(),
        p.pieces(),
        p.attestedPieces(),
        p.recoveredPieces(),
        p.requestedPieces(),
        p.failedPieces(),
        bytes);
  }
}
