package io.shoal.swarm.injection;

/**
 * Fewest known copies first, the own stripe before others', then the lowest index: every piece
 * enters the swarm once before any enters twice, and in the order in which readers need them (a
 * form of super-seeding, BEP 16, that does not hide pieces).
 */
public record FewestCopiesFirst() implements InjectionPolicy {

  @Override
  public int choose(View view) {
    int best = -1;
    long bestRank = Long.MAX_VALUE;
    for (int piece = 0; piece < view.pieceCount(); piece++) {
      if (!view.sendable(piece)) {
        continue;
      }
      long rank = 2L * view.copies(piece) + (view.ownStripe(piece) ? 0 : 1);
      if (rank < bestRank) {
        best = piece;
        bestRank = rank;
        if (rank == 0) {
          break;
        }
      }
    }
    return best;
  }
}
