package io.shoal.node.wire;

/**
 * The kinds of frames. Every frame is {@code u32 length | u8 type | u8 flags | u16 torrent | body},
 * big-endian; the length counts what follows it. The code of a type is its place in the list;
 * append only.
 */
enum FrameType {
  HELLO(0, 0),
  PROOF(0, 0),
  JOIN(Flags.FINAL_KNOWN, 16 << 10),
  LEAVE(Flags.ECHO, 0),
  HAVE(Flags.ALL, 4 * Frames.MAX_PIECES),
  REQUEST(Flags.URGENT | Flags.UNWANTED | Flags.PREWARM, 16 << 10),
  DATA(Flags.CONTINUED, Frames.MAX_DATA_BODY_BYTES),
  BUSY(0, 8),
  READY(0, 0),
  REJECT(0, 5),
  CANCEL(0, 4),
  STATES(0, Frames.MAX_CONTROL_BODY_BYTES),
  FINAL(0, Frames.MAX_FINAL_BODY_BYTES),
  ABORT(0, 4 << 10),
  PEX(0, 64 << 10),
  PING(0, 8),
  PONG(0, 8);

  private static final FrameType[] TYPES = values();

  private final int allowedFlags;
  private final int maxBodyBytes;

  FrameType(int allowedFlags, int maxBodyBytes) {
    this.allowedFlags = allowedFlags;
    this.maxBodyBytes = maxBodyBytes;
  }

  /** How the type is named on the wire. */
  @SuppressWarnings("EnumOrdinal")
  int code() {
    return ordinal();
  }

  /** The type of a frame after the handshake, whose header makes sense. */
  static FrameType check(int code, int flags, long bodyBytes) throws ProtocolException {
    if (code >= TYPES.length) {
      throw new ProtocolException("frame of unknown type " + code);
    }
    FrameType type = TYPES[code];
    if (type == HELLO || type == PROOF) {
      throw new ProtocolException(type + " after the handshake");
    }
    if ((flags & ~type.allowedFlags) != 0) {
      throw new ProtocolException("unknown flags " + flags + " on " + type);
    }
    if (bodyBytes < 0 || bodyBytes > type.maxBodyBytes) {
      throw new ProtocolException(type + " with a body of " + bodyBytes + " bytes");
    }
    return type;
  }

  /** Bits of the flags byte; each belongs to one type. */
  static final class Flags {
    static final int FINAL_KNOWN = 1;
    static final int ECHO = 1;
    static final int ALL = 1;
    static final int URGENT = 1;
    static final int UNWANTED = 2;
    static final int PREWARM = 4;
    static final int CONTINUED = 1;

    private Flags() {}
  }
}
