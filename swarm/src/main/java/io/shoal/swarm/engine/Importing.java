package io.shoal.swarm.engine;

import io.shoal.core.peer.PeerId;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * Keeps the uplink of a rack free: a piece enters the rack once. Its importer is the first of the
 * rack's members by rendezvous hashing of (piece, member), as far as they are known here. Another
 * member asks across racks only when the piece is overdue, the next in order first, so that it
 * takes over from an importer that is slow or gone.
 */
final class Importing {

  private static final long STEP_FLOOR_NANOS = 100_000_000L;
  private static final int PIECE_TIMES = 3;

  /** A rack or zone of more is divided by chance. */
  private static final int MOST_MEMBERS = 256;

  private static final int UNRANKED = -1;

  private final TorrentState torrent;
  private final PeerId self;

  /** Copies with linked peers of the same rack that are not slow. */
  private final int[] inside;

  /** Since when a piece could have been imported; 0 if it could not yet. */
  private final long[] sinceNanos;

  /** How many members come before us; {@link #UNRANKED} until worked out. */
  private final int[] ranks;

  /** Others in the rack, as far as they are known. */
  private final TreeSet<PeerId> members = new TreeSet<>();

  Importing(TorrentState torrent, PeerId self) {
    this.torrent = torrent;
    this.self = self;
    int pieces = torrent.layout.pieceCount();
    this.inside = new int[pieces];
    this.sinceNanos = new long[pieces];
    this.ranks = new int[pieces];
    Arrays.fill(ranks, UNRANKED);
  }

  void joined(PeerId member) {
    if (members.size() < MOST_MEMBERS && members.add(member)) {
      Arrays.fill(ranks, UNRANKED);
    }
  }

  void left(PeerId member) {
    if (members.remove(member)) {
      Arrays.fill(ranks, UNRANKED);
    }
  }

  /** A copy comes or goes with a peer that is not slow. */
  void count(LinkTorrent lt, int piece, int change, long nowNanos) {
    if (!lt.outside) {
      inside[piece] += change;
    } else if (sinceNanos[piece] == 0 && change > 0) {
      sinceNanos[piece] = nowNanos;
    }
  }

  /** Whether the piece may be asked for in other racks now. */
  boolean due(int piece, long nowNanos) {
    if (inside[piece] > 0) {
      return false;
    }
    int rank = rank(piece);
    if (rank == 0) {
      return true;
    }
    if (sinceNanos[piece] == 0) {
      sinceNanos[piece] = nowNanos;
    }
    long step = Math.max(STEP_FLOOR_NANOS, (long) (PIECE_TIMES * torrent.transferNanos));
    return nowNanos - sinceNanos[piece] >= rank * step;
  }

  private int rank(int piece) {
    if (ranks[piece] == UNRANKED) {
      long own = score(piece, self);
      int before = 0;
      for (PeerId member : members) {
        before += Long.compareUnsigned(score(piece, member), own) > 0 ? 1 : 0;
      }
      ranks[piece] = before;
    }
    return ranks[piece];
  }

  /** The finalizer of splitmix64 over both. */
  private static long score(int piece, PeerId member) {
    long z = member.high() ^ Long.rotateLeft(member.low(), 32) ^ (piece * 0x9e3779b97f4a7c15L);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
