package io.shoal.swarm.engine;

import org.jspecify.annotations.Nullable;

/** One of our requests that has not been answered in full. */
final class OpenRequest {

  final int id;
  final LinkTorrent from;
  final long askedNanos;
  final boolean any;

  /** What it belongs to; null while an origin has not yet chosen. */
  @Nullable PieceDownload download;

  int piece;
  int offset;
  int length;
  boolean cancelled;
  boolean streaming;

  OpenRequest(int id, LinkTorrent from, long askedNanos, int piece, int offset, int length) {
    this.id = id;
    this.from = from;
    this.askedNanos = askedNanos;
    this.any = piece < 0;
    this.piece = piece;
    this.offset = offset;
    this.length = length;
  }
}
