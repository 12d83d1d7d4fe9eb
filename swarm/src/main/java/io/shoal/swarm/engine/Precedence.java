package io.shoal.swarm.engine;

import io.shoal.core.content.PieceLayout;
import io.shoal.swarm.message.Priority;
import java.util.List;

/**
 * Shares the uplink between those for whom a client waits and those who pre-warm. While the former
 * use it, each byte of pre-warming is followed by {@link SwarmConfig.UploadLimits#prewarmShare} of
 * theirs; else pre-warming has all of it but one slot, so that a client never finds every slot
 * taken.
 */
final class Precedence {

  /** Between two pieces for a client the uplink still counts as in use for clients. */
  private static final long RECENT_NANOS = 100_000_000L;

  private final Turn turn;

  /** Bytes to go out for clients before the next piece of pre-warming. */
  private long owedBytes;

  private long sentForClientNanos = Long.MIN_VALUE / 2;

  Precedence(Turn turn) {
    this.turn = turn;
    this.owedBytes = (long) turn.config.upload().prewarmShare() * PieceLayout.EXTENT_BYTES;
  }

  /** A slot is given for a piece. What went out while no client waited is owed for one piece. */
  void opens(Priority priority, int pieceBytes) {
    if (priority == Priority.PREWARM) {
      owedBytes = (long) turn.config.upload().prewarmShare() * pieceBytes;
    }
  }

  /** Bytes left. */
  void sent(Grant grant) {
    if (grant.priority == Priority.ON_DEMAND) {
      owedBytes = Math.max(0, owedBytes - grant.lastSentBytes);
      sentForClientNanos = grant.slow ? sentForClientNanos : turn.now;
    }
  }

  /** Who may have a free slot. */
  enum Turns {
    /** Only those for whom a client waits. */
    CLIENTS,
    /** They first, then those who pre-warm. */
    CLIENTS_FIRST,
    /** Those who pre-warm: clients have had their share. */
    PREWARM_FIRST
  }

  Turns turns(List<Grant> grants, Iterable<Slots.Hold> holds, int freeSlots) {
    boolean clients = turn.now - sentForClientNanos < RECENT_NANOS;
    boolean offered = false;
    boolean idle = grants.isEmpty();
    for (Grant grant : grants) {
      clients |= grant.priority == Priority.ON_DEMAND && !grant.slow;
    }
    for (Slots.Hold hold : holds) {
      idle = false;
      clients |= hold.priority() == Priority.ON_DEMAND;
      offered |= hold.priority() == Priority.PREWARM;
    }
    if (clients) {
      return owedBytes == 0 && !offered ? Turns.PREWARM_FIRST : Turns.CLIENTS;
    }
    return idle || freeSlots > 1 ? Turns.CLIENTS_FIRST : Turns.CLIENTS;
  }
}
