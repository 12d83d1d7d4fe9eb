package io.shoal.node.swarm;

import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.integrity.PieceCheck;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.engine.TorrentMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Pieces from outside the swarm. A piece whose states are known is checked by itself. Without
 * states the blob is hashed from its start, as far as its bytes are there without a gap: an origin
 * signs the states it finds, an agent lets its own clients read on that strength, and both know at
 * the end of the blob whether upstream's bytes were right.
 */
final class PieceFeeds {

  private static final int READ_BYTES = 256 << 10;

  private final SwarmNode node;
  private final PieceWorkers workers;
  private final @Nullable OriginSigner signer;

  /** By torrent, not by digest: a blob that was given up may begin anew while work is left over. */
  private final Map<Torrent, PrefixHasher> prefixes = new ConcurrentHashMap<>();

  PieceFeeds(SwarmNode node, PieceWorkers workers, Optional<OriginSigner> signer) {
    this.node = node;
    this.workers = workers;
    this.signer = signer.orElse(null);
  }

  PieceFeed open(Torrent torrent, int piece, ByteSource source) {
    return new PieceFeed(this, torrent, piece, source);
  }

  void finished(Torrent torrent, int piece, ByteSource source) {
    if (torrent.isAttested(piece) || torrent.hasFailed()) {
      return;
    }
    if (torrent.checkable(piece)) {
      workers.run(torrent, piece, () -> check(torrent, piece, source));
      return;
    }
    PrefixHasher prefix =
        prefixes.computeIfAbsent(torrent, t -> new PrefixHasher(node, torrent, source, signer));
    prefix.present(piece);
    // Hashing from the start is one job per blob, whichever piece it is at.
    workers.run(torrent, 0, () -> advance(torrent, prefix));
  }

  /**
   * A piece was attested by its states or came from a peer: it may close the gap at which hashing
   * the blob from its start has stopped.
   */
  void attested(Torrent torrent) {
    PrefixHasher prefix = torrent.mode() == TorrentMode.LEECH ? prefixes.get(torrent) : null;
    if (prefix != null) {
      workers.run(torrent, 0, () -> advance(torrent, prefix));
    }
  }

  private void advance(Torrent torrent, PrefixHasher prefix) {
    try {
      prefix.advance();
    } catch (IOException e) {
      node.fail(torrent, e);
    }
  }

  private void check(Torrent torrent, int piece, ByteSource source) {
    try {
      if (torrent.isAttested(piece)) {
        return;
      }
      if (matches(torrent, piece)) {
        torrent.file.attested(piece);
        node.attested(torrent, piece, source);
      } else {
        torrent.failed();
        node.post(new SwarmEvent.Unreserve(torrent.digest(), piece));
      }
    } catch (IOException e) {
      node.fail(torrent, e);
    }
  }

  /** Reads a piece from disk and checks it; false if its states are unknown. */
  static boolean matches(Torrent torrent, int piece) throws IOException {
    Optional<PieceCheck> check = torrent.known.check(piece);
    if (check.isEmpty()) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    long position = torrent.layout().pieceOffset(piece);
    while (check.get().missingBytes() > 0) {
      buffer.clear().limit(Math.min(READ_BYTES, check.get().missingBytes()));
      int read = torrent.file.channel().read(buffer, position);
      if (read <= 0) {
        return false;
      }
      position += read;
      check.get().update(buffer.flip());
    }
    return check.get().passes();
  }

  void forget(Torrent torrent) {
    prefixes.remove(torrent);
  }
}
