package io.shoal.simulation;

import io.shoal.core.content.Bitfield;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Pieces being put together; a handful. */
  final List<Assembly> assemblies = new ArrayList<>();

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

  /** The piece as it comes from this link. */
  @Nullable Assembly assembly(SimLink link, int piece) {
    for (Assembly assembly : assemblies) {
      if (assembly.link == link && assembly.piece == piece) {
        return assembly;
      }
    }
    return null;
  }

  boolean checkable(int piece) {
    return states.get(piece) && (piece == 0 || states.get(piece - 1));
  }
}
