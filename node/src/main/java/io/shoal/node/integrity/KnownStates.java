package io.shoal.node.integrity;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The states of one blob that this node believes, as they become known. Thread-safe and lock-free.
 * Who may add states was decided before: by the origin's signature, or by hashing the blob itself.
 */
public final class KnownStates {

  private final Digest digest;
  private final PieceLayout layout;
  private final AtomicReferenceArray<HashState> afterPiece;

  /** No states known yet; enough to check a blob of a single piece. */
  public KnownStates(Digest digest, PieceLayout layout) {
    this.digest = digest;
    this.layout = layout;
    this.afterPiece = new AtomicReferenceArray<>(Math.max(0, layout.pieceCount() - 1));
  }

  /**
   * Adds the state after a piece. A state of the last piece is of no use and ignored.
   *
   * @return false if another state is known for this piece: someone is wrong, the first one stays
   */
  public boolean add(int piece, HashState state) {
    if (state.length() != digest.algorithm().stateBytes()) {
      throw new IllegalArgumentException("a state of another algorithm than " + digest);
    }
    if (piece == layout.pieceCount() - 1) {
      return true;
    }
    HashState known = afterPiece.compareAndExchange(piece, null, state);
    return known == null || known.equals(state);
  }

  /** Adds a batch; false if any state contradicts a known one. */
  public boolean addAll(SignedStates batch) {
    requireSameBlob(batch.digest(), batch.layout());
    boolean consistent = true;
    for (StateEntry entry : batch.entries()) {
      consistent &= add(entry.piece(), entry.state());
    }
    return consistent;
  }

  /** Adds all states; false if any contradicts a known one. */
  public boolean addAll(SignedFinal metaInfo) {
    requireSameBlob(metaInfo.digest(), metaInfo.layout());
    boolean consistent = true;
    for (int piece = 0; piece < metaInfo.states().size(); piece++) {
      consistent &= add(piece, metaInfo.states().get(piece));
    }
    return consistent;
  }

  /** The state after a piece, if known; never for the last piece, which ends at the digest. */
  public Optional<HashState> after(int piece) {
    return piece == layout.pieceCount() - 1
        ? Optional.empty()
        : Optional.ofNullable(afterPiece.get(piece));
  }

  /** Whether enough is known to check this piece. */
  public boolean canCheck(int piece) {
    boolean start = piece == 0 || afterPiece.get(piece - 1) != null;
    boolean end = piece == layout.pieceCount() - 1 || afterPiece.get(piece) != null;
    return start && end;
  }

  /** A check of this piece, if enough is known. */
  public Optional<PieceCheck> check(int piece) {
    if (!canCheck(piece)) {
      return Optional.empty();
    }
    Optional<HashState> before = piece == 0 ? Optional.empty() : after(piece - 1);
    return Optional.of(new PieceCheck(digest, layout, piece, before, after(piece)));
  }

  private void requireSameBlob(Digest otherDigest, PieceLayout otherLayout) {
    if (!otherDigest.equals(digest) || !otherLayout.equals(layout)) {
      throw new IllegalArgumentException(
          "states of " + otherDigest + " " + otherLayout + " for " + digest + " " + layout);
    }
  }
}
