package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.swarm.injection.InjectionPolicy;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The origin's memory of what it sent. A piece that was sent is held back for 20 to 40 piece times,
 * so that the swarm and not the origin multiplies it.
 */
final class Injection {

  /** Who waits for so few pieces is nearly done: it, and what it holds, helps the others soon. */
  private static final int LAST_PIECES = 4;

  private final TorrentState torrent;
  private final long[] heldUntil;

  /** Until then also from a reader that is due and from who needs only a few more pieces. */
  private final long[] heldFirmlyUntil;

  /** How many linked peers this origin sent the piece to the end. */
  private final int[] delivered;

  /** How many offered slots are meant for this piece. */
  private final int[] promised;

  /** How many are being sent this piece. */
  private final int[] leaving;

  Injection(TorrentState torrent) {
    this.torrent = torrent;
    int pieces = torrent.mode == TorrentMode.INJECT ? torrent.layout.pieceCount() : 0;
    this.heldUntil = new long[pieces];
    this.heldFirmlyUntil = new long[pieces];
    this.delivered = new int[pieces];
    this.promised = new int[pieces];
    this.leaving = new int[pieces];
    Arrays.fill(heldUntil, Long.MIN_VALUE);
    Arrays.fill(heldFirmlyUntil, Long.MIN_VALUE);
  }

  /**
   * The piece to send to a requester now, or -1.
   *
   * @param inNeed no peer has anything for the requester: it may get what others have, too
   */
  int choose(InjectionPolicy policy, LinkTorrent to, Bitfield unwanted, boolean inNeed, Turn turn) {
    boolean last = inNeed && unwanted.size() - unwanted.cardinality() <= LAST_PIECES;
    long[] held = last ? heldFirmlyUntil : heldUntil;
    return policy.choose(
        new InjectionPolicy.View() {
          @Override
          public int pieceCount() {
            return heldUntil.length;
          }

          @Override
          public boolean sendable(int piece) {
            return torrent.have.get(piece)
                && !unwanted.get(piece)
                && !to.theirHave.get(piece)
                && (inNeed || (copies(piece) == 0 && ownStripe(piece)))
                && promised[piece] == 0
                && leaving[piece] == 0
                && held[piece] <= turn.now;
          }

          @Override
          public int copies(int piece) {
            return torrent.copies[piece] + delivered[piece];
          }

          @Override
          public boolean ownStripe(int piece) {
            return piece % turn.stripe.count() == turn.stripe.index();
          }
        });
  }

  /** The piece is going out: nobody else gets it meanwhile. */
  void begins(LinkTorrent to, int piece) {
    if (piece < heldUntil.length) {
      leaving[piece]++;
    }
  }

  /** The piece is out, or its receiver is too slow to wait for. */
  void ends(int piece) {
    if (piece < heldUntil.length) {
      leaving[piece]--;
    }
  }

  /** The piece is out in full: it is held back while the swarm multiplies it. */
  void sent(
      LinkTorrent to,
      int piece,
      long nowNanos,
      long floorNanos,
      double pieceNanos,
      RandomGenerator random) {
    if (piece < heldUntil.length) {
      delivered[piece] += to.sent.set(piece) ? 1 : 0;
      double times = 20 + 20 * random.nextDouble();
      long hold = Math.max(floorNanos, (long) (times * pieceNanos));
      heldUntil[piece] = nowNanos + hold;
      heldFirmlyUntil[piece] = nowNanos + hold / 4;
    }
  }

  /** The receiver is gone or did not get it: nobody may have the piece. */
  void lost(LinkTorrent to, int piece) {
    if (piece < heldUntil.length && to.sent.clear(piece)) {
      delivered[piece]--;
    }
    if (piece < heldUntil.length && torrent.copies[piece] + delivered[piece] == 0) {
      heldUntil[piece] = Long.MIN_VALUE;
      heldFirmlyUntil[piece] = Long.MIN_VALUE;
    }
  }

  /** Whether the piece is held back, from a reader that waits for it for a shorter time. */
  boolean held(int piece, boolean urgent, long nowNanos) {
    return piece < heldUntil.length
        && (leaving[piece] > 0 || nowNanos < (urgent ? heldFirmlyUntil : heldUntil)[piece]);
  }

  void promise(int piece, int change) {
    if (piece >= 0 && piece < promised.length) {
      promised[piece] += change;
    }
  }
}
