package io.shoal.swarm.picking;

import java.util.random.RandomGenerator;

/** Any piece that can be had, by chance. */
public record RandomFirst() implements PiecePicker {

  @Override
  public int pick(View view, RandomGenerator random) {
    int chosen = -1;
    int seen = 0;
    for (int piece = 0; piece < view.pieceCount(); piece++) {
      if (view.needed(piece) && view.obtainable(piece) && random.nextInt(++seen) == 0) {
        chosen = piece;
      }
    }
    return chosen;
  }
}
