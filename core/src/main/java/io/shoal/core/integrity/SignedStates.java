package io.shoal.core.integrity;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import java.util.List;

/**
 * A batch of states that an origin vouches for (wire frame STATES). There is no chain from one
 * batch to the next: each stands for itself. Believe it only after its signature was checked
 * against the keys of the cluster file.
 *
 * @param keyId which origin key signed
 * @param digest the blob
 * @param epoch the origin's generation of this blob; never goes back
 * @param layout length and piece length of the blob
 * @param entries states of this batch, piece indexes ascending and below the last piece (the last
 *     piece is checked by the digest itself)
 * @param signature Ed25519 over all of the above
 */
public record SignedStates(
    String keyId,
    Digest digest,
    long epoch,
    PieceLayout layout,
    List<StateEntry> entries,
    Signature signature) {

  public SignedStates {
    entries = List.copyOf(entries);
    int previous = -1;
    for (StateEntry entry : entries) {
      if (entry.piece() <= previous || entry.piece() >= layout.pieceCount()) {
        throw new IllegalArgumentException("state of piece " + entry.piece() + " out of order");
      }
      if (entry.state().length() != digest.algorithm().stateBytes()) {
        throw new IllegalArgumentException("state of the wrong algorithm");
      }
      previous = entry.piece();
    }
  }
}
