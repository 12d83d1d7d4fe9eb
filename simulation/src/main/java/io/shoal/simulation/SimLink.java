package io.shoal.simulation;

import io.shoal.core.content.Digest;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One node's end of a link. */
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
  final TreeMap<Integer, Incoming> accepted = new TreeMap<>();

  /** Requests of ours that the peer has not answered. */
  final TreeSet<Integer> unanswered = new TreeSet<>();

  /** Torrents this side has joined, by the number it gave them. */
  final TreeMap<Integer, Digest> joined = new TreeMap<>();

  /** Extents queued to be sent, by piece. */
  private final TreeMap<Long, Integer> sending = new TreeMap<>();

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
