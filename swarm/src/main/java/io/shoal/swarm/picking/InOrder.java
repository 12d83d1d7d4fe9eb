package io.shoal.swarm.picking;

import java.util.random.RandomGenerator;

/** The piece that the consumer needs next of those that can be had. */
public record InOrder() implements PiecePicker {

  @Override
  public int pick(View view, RandomGenerator random) {
    int count = view.pieceCount();
    for (int step = 0; step < count; step++) {
      int piece = (view.cursor() + step) % count;
      if (view.needed(piece) && view.obtainable(piece)) {
        return piece;
      }
    }
    return -1;
  }
}
