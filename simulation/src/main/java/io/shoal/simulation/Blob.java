package io.shoal.simulation;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A blob whose bytes are numbers: one stands for the content of each extent. States and signatures
 * are empty: the engine hands them on unread.
 *
 * @param index position in the configuration
 */
record Blob(int index, Digest digest, PieceLayout layout) {

  private static final HashState STATE = HashState.of(new byte[32]);
  private static final Signature SIGNATURE = Signature.of(new byte[Signature.BYTES]);
  private static final String KEY = "simulated";

  static final long EPOCH = 1;

  static Blob random(int index, long bytes, RandomGenerator random) {
    byte[] hash = new byte[32];
    random.nextBytes(hash);
    return new Blob(index, Digest.of(HashAlgorithm.SHA256, hash), PieceLayout.forBlob(bytes));
  }

  /** What stands for the bytes of one extent. */
  long content(int piece, int offset) {
    long h = (digest.hashCode() * 0x9e3779b97f4a7c15L + piece) * 0xbf58476d1ce4e5b9L + offset;
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    return (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
  }

  /** What stands for the bytes of a piece: the sum of its extents. */
  long content(int piece) {
    long sum = 0;
    for (int offset = 0; offset < layout.pieceLength(piece); offset += PieceLayout.EXTENT_BYTES) {
      sum += content(piece, offset);
    }
    return sum;
  }

  /** The states after pieces {@code from} to {@code to} exclusive. */
  SignedStates states(int from, int to) {
    List<StateEntry> entries = new ArrayList<>();
    for (int piece = from; piece < to; piece++) {
      entries.add(new StateEntry(piece, STATE));
    }
    return new SignedStates(KEY, digest, EPOCH, layout, entries, SIGNATURE);
  }

  SignedFinal whole() {
    return new SignedFinal(
        KEY, digest, EPOCH, layout, Collections.nCopies(layout.pieceCount() - 1, STATE), SIGNATURE);
  }
}
