package io.shoal.swarm.engine;

import io.shoal.swarm.message.Priority;

/** A slot in use for one piece. */
final class Grant {
  final LinkTorrent to;
  final int piece;
  final Priority priority;
  final long sinceNanos;
  long lastNanos;
  int queued;
  long sentBytes;
  int lastSentBytes;
  boolean slow;

  /** The origin's memory knows that the piece is going out. */
  boolean counted = true;

  /** The receiver took a request back: the slot is free when nothing is on its way. */
  boolean cancelled;

  Grant(LinkTorrent to, int piece, Priority priority, long nowNanos) {
    this.to = to;
    this.piece = piece;
    this.priority = priority;
    this.sinceNanos = nowNanos;
    this.lastNanos = nowNanos;
  }
}
