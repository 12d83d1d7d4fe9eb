package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.shoal.core.content.PieceLayout;

/** What all frames have in common: the header and the limits. */
final class Frames {

  /** Bytes in front of the body. */
  static final int HEADER_BYTES = 8;

  /** What the length field counts besides the body. */
  static final int COUNTED_HEADER_BYTES = 4;

  /** In front of the payload in the first DATA frame of an extent. */
  static final int DATA_HEAD_BYTES = 16;

  /** The most pieces a torrent may have: the largest blob in the largest pieces. */
  static final int MAX_PIECES = 1 << 16;

  static final int MAX_CONTROL_BODY_BYTES = 1 << 20;
  static final int MAX_DATA_BODY_BYTES = DATA_HEAD_BYTES + PieceLayout.EXTENT_BYTES;

  /** A FINAL without its states. */
  static final int FINAL_HEAD_BYTES = 1 << 10;

  /** The only control frame above {@link #MAX_CONTROL_BODY_BYTES}: a 64-byte state per piece. */
  static final int MAX_FINAL_BODY_BYTES = FINAL_HEAD_BYTES + 64 * MAX_PIECES;

  /** Torrents that one peer may have joined on a link. */
  static final int MAX_TORRENTS = 4096;

  /** Peers in each list of a PEX. */
  static final int MAX_PEX_PEERS = 128;

  /** UTF-8 bytes of a host name. */
  static final int MAX_HOST_BYTES = 255;

  /** UTF-8 bytes of an abort reason. */
  static final int MAX_REASON_BYTES = 1 << 10;

  private Frames() {}

  /** Writes a header. */
  static void header(ByteBuf out, FrameType type, int flags, int torrent, int bodyBytes) {
    out.writeInt(COUNTED_HEADER_BYTES + bodyBytes);
    out.writeByte(type.code());
    out.writeByte(flags);
    out.writeShort(torrent);
  }
}
