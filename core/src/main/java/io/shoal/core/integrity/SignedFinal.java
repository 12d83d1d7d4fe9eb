package io.shoal.core.integrity;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import java.util.List;

/**
 * The whole metainfo of a blob that an origin has verified (wire frame FINAL): it replaces the
 * batches of states, is stored with the blob, and lets any seed introduce the blob when no origin
 * is left.
 *
 * @param keyId which origin key signed
 * @param digest the blob
 * @param epoch the origin's generation of this blob
 * @param layout length and piece length of the blob
 * @param states the state after every piece but the last, in order
 * @param signature Ed25519 over the above, the states by their hash
 */
public record SignedFinal(
    String keyId,
    Digest digest,
    long epoch,
    PieceLayout layout,
    List<HashState> states,
    Signature signature) {

  public SignedFinal {
    states = List.copyOf(states);
    if (states.size() != Math.max(0, layout.pieceCount() - 1)) {
      throw new IllegalArgumentException(
          states.size() + " states for " + layout.pieceCount() + " pieces");
    }
    for (HashState state : states) {
      if (state.length() != digest.algorithm().stateBytes()) {
        throw new IllegalArgumentException("state of the wrong algorithm");
      }
    }
  }
}
