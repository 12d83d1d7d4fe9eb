package io.shoal.swarm.engine;

/** A piece on its way over one link. */
final class PieceDownload {

  final int piece;
  final LinkTorrent from;
  final long startedNanos;

  /** Offset up to which extents have been asked for. */
  int askedTo;

  int arrivedBytes;

  /** Past the soft limit: another link may send a second copy. */
  boolean late;

  /** Came to nothing before the engine had heard of its last byte. */
  boolean failed;

  /** This is that second copy. */
  final boolean replacement;

  PieceDownload(int piece, LinkTorrent from, long startedNanos, boolean replacement) {
    this.piece = piece;
    this.from = from;
    this.startedNanos = startedNanos;
    this.replacement = replacement;
  }
}
