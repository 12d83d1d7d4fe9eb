package io.shoal.client.tracker;

import io.shoal.core.content.Digest;
import java.util.Optional;

/**
 * How far a peer is with one blob.
 *
 * @param digest the blob
 * @param blobBytes its length, absent while the peer does not know it
 * @param phase what the peer does with it
 * @param piecesHave pieces it can serve
 * @param pieceCount pieces in all, 0 while the length is not known
 */
public record BlobState(
    Digest digest, Optional<Long> blobBytes, Phase phase, int piecesHave, int pieceCount) {

  /** What a peer does with a blob. */
  public enum Phase {
    /** Wants it and has nothing yet. */
    WANTED,
    /** Wants the rest of it and serves what it has. */
    PARTIAL,
    /** Has and serves all of it. */
    SEED,
    /** Neither wants nor serves it any longer. */
    GONE
  }

  public BlobState {
    if (blobBytes.filter(length -> length < 0).isPresent()
        || piecesHave < 0
        || pieceCount < 0
        || piecesHave > pieceCount) {
      throw new IllegalArgumentException("impossible state of " + digest);
    }
  }

  /** The peer wants a blob it knows only by name. */
  public static BlobState wanted(Digest digest) {
    return new BlobState(digest, Optional.empty(), Phase.WANTED, 0, 0);
  }

  /** The peer has the whole blob. */
  public static BlobState seed(Digest digest, long blobBytes, int pieceCount) {
    return new BlobState(digest, Optional.of(blobBytes), Phase.SEED, pieceCount, pieceCount);
  }

  /** The peer dropped the blob. */
  public static BlobState gone(Digest digest) {
    return new BlobState(digest, Optional.empty(), Phase.GONE, 0, 0);
  }
}
