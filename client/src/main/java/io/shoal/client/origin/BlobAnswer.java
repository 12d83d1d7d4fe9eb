package io.shoal.client.origin;

import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerInfo;

/**
 * What an origin says about a blob that it has or has begun to fetch.
 *
 * @param blobBytes length of the blob
 * @param pieceBytes length of its pieces
 * @param epoch the origin's generation of the blob
 * @param complete whether the origin has all of it
 * @param originPeer where the origin takes part in the swarm
 */
public record BlobAnswer(
    long blobBytes, int pieceBytes, long epoch, boolean complete, PeerInfo originPeer) {

  public BlobAnswer {
    if (!PieceLayout.forBlob(blobBytes).equals(new PieceLayout(blobBytes, pieceBytes))) {
      throw new IllegalArgumentException(
          "pieces of " + pieceBytes + " bytes for a blob of " + blobBytes);
    }
  }

  /** How the blob is cut. */
  public PieceLayout layout() {
    return new PieceLayout(blobBytes, pieceBytes);
  }
}
