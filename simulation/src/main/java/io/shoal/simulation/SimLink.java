package io.shoal.simulation;

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

  @Nullable SimLink twin;
  @Nullable Flow out;
  boolean down;

  SimLink(int id, SimNode node) {
    this.id = id;
    this.node = node;
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
