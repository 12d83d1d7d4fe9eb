package io.shoal.core.content;

/**
 * How a blob is cut into pieces and extents. The piece length is a function of the blob's size
 * alone, so that the digest names the torrent. All offsets and lengths are in bytes; pieces are
 * numbered from 0, the last one may be shorter.
 *
 * @param blobBytes length of the blob, at least 0
 * @param pieceBytes length of every piece but the last, a multiple of {@link #STATE_ALIGNMENT}
 */
public record PieceLayout(long blobBytes, int pieceBytes) {

  /** The largest part of a piece in one request. */
  public static final int EXTENT_BYTES = 1 << 20;

  /** Piece boundaries fall on hash blocks: a multiple of SHA-512's block suits both algorithms. */
  public static final int STATE_ALIGNMENT = 128;

  /** The largest blob accepted: 1 TiB. */
  public static final long MAX_BLOB_BYTES = 1L << 40;

  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  public PieceLayout {
    if (blobBytes < 0 || blobBytes > MAX_BLOB_BYTES) {
      throw new IllegalArgumentException("blob length out of range: " + blobBytes);
    }
    if (pieceBytes <= 0 || pieceBytes % STATE_ALIGNMENT != 0) {
      throw new IllegalArgumentException("bad piece length: " + pieceBytes);
    }
  }

  /** The layout every member of the cluster uses for a blob of this size. */
  public static PieceLayout forBlob(long blobBytes) {
    return new PieceLayout(blobBytes, pieceBytesFor(blobBytes));
  }

  private static int pieceBytesFor(long blobBytes) {
    if (blobBytes <= 32 * MIB) {
      return (int) (MIB / 4);
    } else if (blobBytes <= 256 * MIB) {
      return (int) MIB;
    } else if (blobBytes <= GIB) {
      return (int) (2 * MIB);
    } else if (blobBytes <= 4 * GIB) {
      return (int) (4 * MIB);
    } else if (blobBytes <= 16 * GIB) {
      return (int) (8 * MIB);
    }
    return (int) (16 * MIB);
  }

  /** Number of pieces; 0 for an empty blob. */
  public int pieceCount() {
    return Math.toIntExact((blobBytes + pieceBytes - 1) / pieceBytes);
  }

  /** Offset of a piece in the blob. */
  public long pieceOffset(int piece) {
    checkPiece(piece);
    return (long) piece * pieceBytes;
  }

  /** Length of a piece; only the last may be shorter than {@link #pieceBytes}. */
  public int pieceLength(int piece) {
    return (int) Math.min(pieceBytes, blobBytes - pieceOffset(piece));
  }

  /** The piece that holds the byte at this offset. */
  public int pieceAt(long offset) {
    if (offset < 0 || offset >= blobBytes) {
      throw new IllegalArgumentException("offset " + offset + " outside " + blobBytes + " bytes");
    }
    return (int) (offset / pieceBytes);
  }

  /** Number of extents of a piece. */
  public int extentCount(int piece) {
    return (pieceLength(piece) + EXTENT_BYTES - 1) / EXTENT_BYTES;
  }

  /** Length of the extent that starts at {@code offset} within the piece. */
  public int extentLength(int piece, int offset) {
    int length = pieceLength(piece);
    if (offset < 0 || offset >= length || offset % EXTENT_BYTES != 0) {
      throw new IllegalArgumentException("no extent at " + offset + " of piece " + piece);
    }
    return Math.min(EXTENT_BYTES, length - offset);
  }

  private void checkPiece(int piece) {
    if (piece < 0 || piece >= pieceCount()) {
      throw new IndexOutOfBoundsException("piece " + piece + " of " + pieceCount());
    }
  }
}
