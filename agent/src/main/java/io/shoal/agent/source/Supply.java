package io.shoal.agent.source;

import io.shoal.client.origin.BlobAnswer;
import io.shoal.client.origin.BlobBytes;
import io.shoal.client.origin.Origins;
import io.shoal.core.content.PieceLayout;
import io.shoal.node.swarm.ByteSource;
import io.shoal.node.swarm.PieceFeed;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import io.shoal.node.swarm.TorrentFailedException;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.upstream.RemoteBlob;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one torrent supplied while the swarm gives nothing: after 5 s without a byte, origins by
 * HTTP; when every origin has been silent for 10 s, upstream. The swarm goes on meanwhile; a piece
 * is asked of one of them at a time.
 */
final class Supply {

  private static final Logger log = LoggerFactory.getLogger(Supply.class);

  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration SWARM_PATIENCE = Duration.ofSeconds(5);
  private static final Duration ORIGIN_PATIENCE = Duration.ofSeconds(10);

  /** The blob's first deputy turns to upstream at once, the others not all together. */
  private static final long JITTER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final Duration LAST_RESORT = Duration.ofSeconds(30);
  private static final int PIECES_AT_ONCE = 8;

  /**
   * Of one write. The kernel caches a file in units that grow with the writes that filled it: small
   * ones would cost more here, and again each time the blob is served.
   */
  private static final int WRITE_BYTES = 256 << 10;

  /** A slow source is not waited for so long that it looks like a silent one. */
  private static final long WRITE_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A piece that upstream gave so often and that never matched will not match the next time. */
  private static final int TRIES = 3;

  private final SwarmNode node;
  private final Origins origins;
  private final UpstreamDirectory upstreams;
  private final SwarmPeers peers;
  private volatile ContentName name;
  private final Torrent torrent;
  private final long jitterNanos = ThreadLocalRandom.current().nextLong(JITTER_NANOS);

  private final Set<String> complaints = new HashSet<>();
  private final Map<Integer, Integer> readFromUpstream = new HashMap<>();

  /** Whether the origin was asked to open the blob, since the swarm fell silent. */
  private boolean introduced;

  /** Pieces that had begun to arrive over links when help was last given. */
  private int piecesOverLinks;

  private long lastBytes;
  private long lastProgressNanos = System.nanoTime();
  private long originsAskedNanos = System.nanoTime() - SWARM_PATIENCE.toNanos();

  Supply(
      SwarmNode node,
      Origins origins,
      UpstreamDirectory upstreams,
      SwarmPeers peers,
      ContentName name,
      Torrent torrent) {
    this.node = node;
    this.origins = origins;
    this.upstreams = upstreams;
    this.peers = peers;
    this.name = name;
    this.torrent = torrent;
  }

  /** Another client waits who may read it, too: the first one's token may expire. */
  void alsoFor(ContentName sameBlob) {
    name = sameBlob;
  }

  void watch() {
    try {
      boolean helped = false;
      while (!over(helped ? Duration.ZERO : LOOK)) {
        Duration still = stillness();
        boolean swarmSilent = torrent.progress().requestedPieces().size() == piecesOverLinks;
        if (still.compareTo(SWARM_PATIENCE) > 0 || !origins.exist() || (helped && swarmSilent)) {
          piecesOverLinks = torrent.progress().requestedPieces().size();
          helped = help(still);
        } else {
          helped = false;
          introduced = false;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits a moment; true when the blob is verified, given up, or read by nobody. */
  private boolean over(Duration wait) throws InterruptedException {
    try {
      torrent.completed().toCompletableFuture().get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return !torrent.inUse();
    }
  }

  private Duration stillness() {
    long bytes = torrent.progress().receivedBytes();
    if (bytes != lastBytes) {
      lastBytes = bytes;
      lastProgressNanos = System.nanoTime();
    }
    return Duration.ofNanos(System.nanoTime() - lastProgressNanos);
  }

  /** Whether pieces were fetched; then it goes on at once while the swarm stays silent. */
  private boolean help(Duration still) throws InterruptedException {
    try {
      if (origins.exist() && mayAnswer() && fromOrigin()) {
        return true;
      }
    } catch (IOException e) {
      introduced = false;
      complain("No help from an origin with {}: {}", e);
    }
    if (!origins.allSilentFor(patience())) {
      return false;
    }
    try {
      return fromUpstream();
    } catch (IOException | UpstreamException e) {
      complain("No help from upstream with {}: {}", e);
      if (still.compareTo(LAST_RESORT) > 0) {
        torrent.giveUp(
            new TorrentFailedException(
                "no peer, origin or upstream gave a byte for "
                    + LAST_RESORT.toSeconds()
                    + " s: "
                    + e.getMessage()));
      }
      return false;
    }
  }

  /** Origins that have been silent for long are asked now and then: each time may cost seconds. */
  private boolean mayAnswer() {
    long now = System.nanoTime();
    if (origins.allSilentFor(patience()) && now - originsAskedNanos < SWARM_PATIENCE.toNanos()) {
      return false;
    }
    originsAskedNanos = now;
    return true;
  }

  /** How long every origin must have been silent before this agent turns to upstream. */
  private Duration patience() {
    if (!origins.exist()) {
      return Duration.ZERO;
    }
    boolean first = peers.firstDeputy(torrent.digest());
    return first ? ORIGIN_PATIENCE : ORIGIN_PATIENCE.plusNanos(jitterNanos);
  }

  /** The same failure again and again is told once. */
  private void complain(String form, Exception e) {
    String message = String.valueOf(e.getMessage());
    if (complaints.add(message)) {
      log.warn(form, torrent.digest().shortHex(), message);
    }
  }

  /** False if nothing is missing that could be fetched this way. */
  private boolean fromOrigin() throws IOException, InterruptedException {
    ContentName source = name;
    if (!introduced) {
      BlobAnswer answer =
          origins.ask(
              torrent.digest(),
              origin ->
                  origin
                      .as(source.clientToken())
                      .open(source.upstream(), source.repository(), torrent.digest()));
      node.peersFound(torrent.digest(), List.of(answer.originPeer()));
      introduced = true;
    }
    List<Integer> pieces = reserve();
    for (int i = 0; i < pieces.size(); i++) {
      int piece = pieces.get(i);
      try {
        origins.ask(
            torrent.digest(),
            origin ->
                feed(
                    origin
                        .as(source.clientToken())
                        .read(
                            source.upstream(),
                            source.repository(),
                            torrent.digest(),
                            from(piece),
                            from(piece) + torrent.layout().pieceLength(piece)),
                    piece));
      } catch (IOException e) {
        pieces.subList(i, pieces.size()).forEach(torrent::unreserve);
        throw e;
      }
    }
    return !pieces.isEmpty();
  }

  private boolean feed(BlobBytes bytes, int piece) throws IOException {
    try (bytes) {
      feed(bytes.stream(), piece, ByteSource.ORIGIN);
      return true;
    }
  }

  private boolean fromUpstream() throws IOException, UpstreamException, InterruptedException {
    ContentName source = name;
    Optional<UpstreamRegistry> registry = upstreams.registry(source.reader());
    if (registry.isEmpty()) {
      throw new IOException(source.upstream() + " is not allowed as upstream");
    }
    List<Integer> pieces = reserve();
    wantWhatProves(pieces);
    int done = 0;
    try {
      countReads(pieces);
      while (done < pieces.size()) {
        int run = runLength(pieces, done);
        long from = from(pieces.get(done));
        int last = pieces.get(done + run - 1);
        long to = from(last) + torrent.layout().pieceLength(last);
        try (RemoteBlob blob =
            registry.get().blob(source.repository(), torrent.digest(), from, OptionalLong.of(to))) {
          InputStream in = blob.bytes();
          in.skipNBytes(from - blob.from());
          for (int i = 0; i < run; i++, done++) {
            feed(in, pieces.get(done), ByteSource.UPSTREAM);
          }
        }
      }
      return !pieces.isEmpty();
    } finally {
      pieces.subList(done, pieces.size()).forEach(torrent::unreserve);
    }
  }

  /** Without signed states bytes are proven from the start of the blob on, or not at all. */
  private void wantWhatProves(List<Integer> pieces) {
    pieces.stream()
        .filter(piece -> !torrent.checkable(piece))
        .max(Integer::compare)
        .ifPresent(last -> torrent.want(0, from(last)));
  }

  private void countReads(List<Integer> pieces) {
    for (int piece : pieces) {
      if (readFromUpstream.merge(piece, 1, Integer::sum) > TRIES) {
        torrent.giveUp(
            new TorrentFailedException(
                name.upstream() + " keeps sending other bytes than were signed"));
      }
    }
  }

  /** How many of the pieces from this one on lie side by side. */
  private static int runLength(List<Integer> pieces, int start) {
    int run = 1;
    while (start + run < pieces.size() && pieces.get(start + run) == pieces.get(start) + run) {
      run++;
    }
    return run;
  }

  private List<Integer> reserve() throws IOException, InterruptedException {
    try {
      return torrent.reserve(PIECES_AT_ONCE).toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IOException("the torrent cannot be supplied", e.getCause());
    }
  }

  private long from(int piece) {
    PieceLayout layout = torrent.layout();
    return layout.pieceOffset(piece);
  }

  private void feed(InputStream in, int piece, ByteSource source) throws IOException {
    PieceFeed feed = torrent.feed(piece, source);
    byte[] buffer = new byte[WRITE_BYTES];
    while (feed.missingBytes() > 0) {
      int wanted = Math.min(buffer.length, feed.missingBytes());
      long start = System.nanoTime();
      int have = 0;
      while (have < wanted && System.nanoTime() - start < WRITE_WITHIN_NANOS) {
        int read = in.read(buffer, have, wanted - have);
        if (read < 0) {
          throw new IOException("the source ended in the middle of piece " + piece);
        }
        have += read;
      }
      feed.write(ByteBuffer.wrap(buffer, 0, have));
    }
    feed.finish();
  }
}
