package io.shoal.e2e.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One frame: {@code u32 length | u8 type | u8 flags | u16 torrent | body}, big-endian; the length
 * counts all that follows it.
 */
record Frame(int type, int flags, int torrent, byte[] body) {

  static final int HELLO = 0;
  static final int PROOF = 1;
  static final int JOIN = 2;
  static final int LEAVE = 3;
  static final int HAVE = 4;
  static final int REQUEST = 5;
  static final int DATA = 6;
  static final int STATES = 11;
  static final int PING = 15;
  static final int PONG = 16;

  private static final int HEADER_AFTER_LENGTH = 4;
  private static final int LIMIT = 8 << 20;

  /** Writes the fields of a body. */
  interface Fields {
    void writeTo(DataOutputStream out) throws IOException;
  }

  static Frame of(int type, int flags, int torrent, Fields fields) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      fields.writeTo(new DataOutputStream(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Frame(type, flags, torrent, body.toByteArray());
  }

  static Frame read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < HEADER_AFTER_LENGTH || length > LIMIT) {
      throw new IOException("a frame of " + length + " bytes");
    }
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int torrent = in.readUnsignedShort();
    byte[] body = new byte[length - HEADER_AFTER_LENGTH];
    in.readFully(body);
    return new Frame(type, flags, torrent, body);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(HEADER_AFTER_LENGTH + body.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeShort(torrent);
    out.write(body);
    out.flush();
  }
}
