package io.shoal.simulation;

import io.shoal.core.content.Bitfield;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What one node's disk and checker hold of a blob. */
final class SimTorrent {

  /** A piece being put together from one link. */
  static final class Assembly {
    final SimLink link;
    final int piece;
    int bytes;
    long content;

    Assembly(SimLink link, int piece) {
      this.link = link;
      this.piece = piece;
    }
  }

  final Blob blob;
  final Bitfield have;

  /** What stands for the bytes on disk, by piece. */
  final long[] stored;

  /** Bit i: the state after piece i is known to this node. */
  final Bitfield states;

  /** By piece, then by the link it comes from. */
  final TreeMap<Integer, List<Assembly>> assemblies = new TreeMap<>();

  /** Complete, but its states are not here yet. */
  final List<Assembly> unchecked = new ArrayList<>();

  /** Links over which both sides take part. */
  int links;

  long firstByteNanos = -1;
  long completeNanos = -1;

  SimTorrent(Blob blob) {
    this.blob = blob;
    int pieces = blob.layout().pieceCount();
    this.have = new Bitfield(pieces);
    this.stored = new long[pieces];
    this.states = new Bitfield(pieces);
    states.set(pieces - 1);
  }

  /** What a read of the disk brings for an extent. */
  long read(int piece, int offset) {
    boolean sound = stored[piece] == blob.content(piece);
    return sound ? blob.content(piece, offset) : ~blob.content(piece, offset);
  }

  /** Pieces in memory. */
  int assembling() {
    int sum = 0;
    for (List<Assembly> list : assemblies.values()) {
      sum += list.size();
    }
    return sum;
  }

  boolean checkable(int piece) {
    return states.get(piece) && (piece == 0 || states.get(piece - 1));
  }
}
