package io.shoal.core.integrity;

/**
 * The state after one piece.
 *
 * @param piece index of the piece that ends at the boundary, from 0
 * @param state the chaining value after it
 */
public record StateEntry(int piece, HashState state) {

  public StateEntry {
    if (piece < 0) {
      throw new IllegalArgumentException("negative piece: " + piece);
    }
  }
}
