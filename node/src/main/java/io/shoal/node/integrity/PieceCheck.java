package io.shoal.node.integrity;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The check of one piece, fed extent by extent in order while they arrive. Starts from the state
 * before the piece and must end at the state after it; the last piece must end at the digest
 * itself. Not thread-safe, used once; get it from {@link KnownStates#check}.
 */
public final class PieceCheck {

  private final Digest digest;
  private final Optional<HashState> expected;
  private final StateHasher hasher;
  private int missingBytes;

  PieceCheck(
      Digest digest,
      PieceLayout layout,
      int piece,
      Optional<HashState> before,
      Optional<HashState> expected) {
    this.digest = digest;
    this.expected = expected;
    this.missingBytes = layout.pieceLength(piece);
    this.hasher =
        before.isPresent()
            ? StateHasher.at(digest.algorithm(), before.get(), layout.pieceOffset(piece))
            : StateHasher.start(digest.algorithm());
  }

  /**
   * Hashes the next bytes of the piece, from a direct or heap buffer, and moves it to its limit.
   *
   * @throws IllegalArgumentException if the piece is shorter than that
   */
  public void update(ByteBuffer bytes) {
    if (bytes.remaining() > missingBytes) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes where the piece has " + missingBytes + " left");
    }
    missingBytes -= bytes.remaining();
    hasher.update(bytes);
  }

  /** How many bytes of the piece were not given yet. */
  public int missingBytes() {
    return missingBytes;
  }

  /** Whether the whole piece was given and is what the blob's digest says. Ends the check. */
  public boolean passes() {
    if (missingBytes > 0) {
      return false;
    }
    return expected.isPresent()
        ? hasher.state().equals(expected.get())
        : Digest.of(digest.algorithm(), hasher.finish()).equals(digest);
  }
}
