package io.shoal.swarm.picking;

import java.util.random.RandomGenerator;

/** Decides which piece to ask a peer for. Stateless; called by the engine's owner thread. */
public interface PiecePicker {

  /** What a picker may look at. Indexes are piece indexes. */
  interface View {
    /** Number of pieces of the torrent. */
    int pieceCount();

    /** The piece the consumer needs next. */
    int cursor();

    /** The first piece from this one on that is not here, or -1 if there is none. */
    int nextMissing(int piece);

    /** Whether the piece is wanted, missing, checkable and not already under way. */
    boolean needed(int piece);

    /** How many linked peers hold the piece. */
    int copies(int piece);

    /** Whether a peer that could be asked right now holds the piece. */
    boolean obtainable(int piece);
  }

  /** The piece to ask for, or -1 if there is none. */
  int pick(View view, RandomGenerator random);
}
