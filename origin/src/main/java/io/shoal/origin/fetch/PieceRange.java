package io.shoal.origin.fetch;

/**
 * Neighbouring pieces that are asked for in one request.
 *
 * @param first the first piece
 * @param endExclusive behind the last
 */
record PieceRange(int first, int endExclusive) {

  PieceRange {
    if (first < 0 || endExclusive <= first) {
      throw new IllegalArgumentException("no pieces: " + first + " to " + endExclusive);
    }
  }
}
