package io.shoal.simulation;

import io.shoal.core.content.Digest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One node's end of a link. Its hash tables are never iterated: their order is the machine's. */
final class SimLink {

  /** An extent that was announced. */
  static final class Incoming {
    final SimTorrent torrent;
    final int piece;

    Incoming(SimTorrent torrent, int piece) {
      this.torrent = torrent;
      this.piece = piece;
    }
  }

  final int id;
  final SimNode node;
  final HashMap<Integer, Incoming> accepted = new HashMap<>();

  /** Requests of ours that the peer has not answered. */
  final HashSet<Integer> unanswered = new HashSet<>();

  /** Torrents this side has joined, by the number it gave them. */
  final TreeMap<Integer, Digest> joined = new TreeMap<>();

  /** Extents queued to be sent, by piece. */
  private final HashMap<Long, Integer> sending = new HashMap<>();

  @Nullable SimLink twin;
  @Nullable Flow out;
  boolean down;

  SimLink(int id, SimNode node) {
    this.id = id;
    this.node = node;
  }

  /** Another extent of this piece is queued; returns how many uploads the node has then. */
  int sends(int blob, int piece) {
    if (sending.merge(key(blob, piece), 1, Integer::sum) == 1) {
      node.uploads++;
    }
    return node.uploads;
  }

  /** An extent of this piece has left. */
  void hasSent(int blob, int piece) {
    Integer left = sending.computeIfPresent(key(blob, piece), (k, n) -> n == 1 ? null : n - 1);
    if (left == null && !down) {
      node.uploads--;
    }
  }

  /** The link is gone, and with it what was queued. */
  void goesDown() {
    down = true;
    node.uploads -= sending.size();
    sending.clear();
  }

  private static long key(int blob, int piece) {
    return (long) blob << 32 | piece;
  }

  SimLink other() {
    SimLink other = twin;
    if (other == null) {
      throw new IllegalStateException("half a link");
    }
    return other;
  }

  Flow flow() {
    Flow flow = out;
    if (flow == null) {
      throw new IllegalStateException("half a link");
    }
    return flow;
  }
}
