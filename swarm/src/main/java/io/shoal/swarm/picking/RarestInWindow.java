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
    Choice choice = new Choice();
    look(view, view.cursor(), view.pieceCount(), choice, random);
    look(view, 0, view.cursor(), choice, random);
    return choice.best;
  }

  /** The best so far, and how many pieces were looked at. */
  private static final class Choice {
    int best = -1;
    int bestCopies = Integer.MAX_VALUE;
    int ties;
    int seen;
  }

  private void look(View view, int from, int to, Choice choice, RandomGenerator random) {
    int piece = view.nextMissing(from);
    for (; piece >= 0 && piece < to && choice.seen < window; piece = view.nextMissing(piece + 1)) {
      if (!view.needed(piece)) {
        continue;
      }
      choice.seen++;
      if (!view.obtainable(piece)) {
        continue;
      }
      int copies = view.copies(piece);
      if (copies < choice.bestCopies) {
        choice.best = piece;
        choice.bestCopies = copies;
        choice.ties = 1;
      } else if (copies == choice.bestCopies && random.nextInt(++choice.ties) == 0) {
        choice.best = piece;
      }
    }
  }
}
