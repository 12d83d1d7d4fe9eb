package io.shoal.node.swarm;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;

/** Which bytes of an arriving blob may be handed to a client. */
final class Servable {

  private Servable() {}

  /**
   * The exclusive end of the servable run of bytes at an offset.
   *
   * @param provisional pieces from 0 on that may be read here, though not attested
   * @param verified whether the whole digest has matched
   */
  static long runEnd(
      PieceLayout layout, Bitfield attested, int provisional, boolean verified, long offset) {
    int piece = layout.pieceAt(offset);
    while (piece < layout.pieceCount() && (attested.get(piece) || piece < provisional)) {
      piece++;
    }
    long end = piece == layout.pieceCount() ? layout.blobBytes() : layout.pieceOffset(piece);
    long lastExtent = lastExtentOffset(layout);
    return end <= lastExtent || verified || digestMatched(layout, attested, provisional)
        ? end
        : lastExtent;
  }

  private static long lastExtentOffset(PieceLayout layout) {
    int last = layout.pieceCount() - 1;
    long withinPiece = (long) (layout.extentCount(last) - 1) * PieceLayout.EXTENT_BYTES;
    return layout.pieceOffset(last) + withinPiece;
  }

  /**
   * Whether the digest has matched though pieces are missing: then a reader of the blob's end, such
   * as one that looks for a table of contents there, need not wait for what he does not want. Not
   * while pieces that nobody signed may have been handed out.
   */
  private static boolean digestMatched(PieceLayout layout, Bitfield attested, int provisional) {
    for (int piece = 0; piece < provisional; piece++) {
      if (!attested.get(piece)) {
        return false;
      }
    }
    return attested.get(layout.pieceCount() - 1);
  }
}
