package io.shoal.swarm.picking;

import java.util.random.RandomGenerator;

/**
 * Rarest first among the next pieces that the consumer will need, random among equals. The window
 * keeps the arrival order close to the reading order, so that the reader's stream and the swarm
 * overlap (BiToS, Vlavianos et al. 2006, with the priority set as the only set).
 *
 * @param window how many needed pieces from the cursor on are looked at
 */
public record RarestInWindow(int window) implements PiecePicker {

  public RarestInWindow {
    if (window < 1) {
      throw new IllegalArgumentException("a window holds at least one piece");
    }
  }

  @Override
  public int pick(View view, RandomGenerator random) {
    int best = -1;
    int bestCopies = Integer.MAX_VALUE;
    int ties = 0;
    int seen = 0;
    int count = view.pieceCount();
    for (int step = 0; step < count && seen < window; step++) {
      int piece = (view.cursor() + step) % count;
      if (!view.needed(piece)) {
        continue;
      }
      seen++;
      if (!view.obtainable(piece)) {
        continue;
      }
      int copies = view.copies(piece);
      if (copies < bestCopies) {
        best = piece;
        bestCopies = copies;
        ties = 1;
      } else if (copies == bestCopies && random.nextInt(++ties) == 0) {
        best = piece;
      }
    }
    return best;
  }
}
