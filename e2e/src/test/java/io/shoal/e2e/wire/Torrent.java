package io.shoal.e2e.wire;

import io.shoal.e2e.lab.TestImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** The messages about one blob, from a peer that claims to have all of it. */
final class Torrent {

  /** The number this side gives the torrent; the protocol lets each side choose. */
  static final int NUMBER = 7;

  private static final int EXTENT_BYTES = 1 << 20;
  private static final int SHA256 = 1;
  private static final int STATES_VERSION = 1;
  private static final int ECHO = 1;

  private final TestImage.Blob blob;
  private final int pieceBytes;
  private final int pieceCount;

  Torrent(TestImage.Blob blob) {
    this.blob = blob;
    this.pieceBytes = TestImage.pieceBytes(blob.bytes());
    this.pieceCount = TestImage.pieceCount(blob.bytes());
  }

  int pieceCount() {
    return pieceCount;
  }

  /** Length of the extent that starts a piece. */
  int extentBytes(int piece) {
    return Math.min(EXTENT_BYTES, TestImage.piece(blob, piece).length);
  }

  String digest() {
    return blob.digest();
  }

  long blobBytes() {
    return blob.bytes();
  }

  /** Whether this is the JOIN of our blob. */
  boolean isJoin(Frame frame) {
    return frame.type() == Frame.JOIN
        && frame.body()[0] == SHA256
        && Arrays.equals(Arrays.copyOfRange(frame.body(), 1, 33), hash());
  }

  Frame join() {
    byte[] all = new byte[(pieceCount + 7) / 8];
    for (int piece = 0; piece < pieceCount; piece++) {
      all[piece / 8] |= (byte) (0x80 >>> (piece % 8));
    }
    return Frame.of(
        Frame.JOIN,
        0,
        NUMBER,
        body -> {
          body.writeByte(SHA256);
          body.write(hash());
          body.writeLong(0);
          body.writeLong(blob.bytes());
          body.writeInt(pieceBytes);
          body.writeInt(0);
          body.write(all);
        });
  }

  /** Refuses a torrent that the other side joined under this number. */
  static Frame refuse(int number) {
    return new Frame(Frame.LEAVE, ECHO, number, new byte[0]);
  }

  Frame have(int piece) {
    return Frame.of(Frame.HAVE, 0, NUMBER, body -> body.writeInt(piece));
  }

  /** Bytes that nobody asked for, or that were asked for and are not what they should be. */
  Frame data(int requestId, int piece, int offset, byte[] payload) {
    return Frame.of(
        Frame.DATA,
        0,
        NUMBER,
        body -> {
          body.writeInt(requestId);
          body.writeInt(piece);
          body.writeInt(offset);
          body.writeInt(payload.length);
          body.write(payload);
        });
  }

  /** Answers a REQUEST in form, with one bit of the extent turned over. */
  Frame tampered(Frame request) {
    ByteBuffer fields = ByteBuffer.wrap(request.body());
    int requestId = fields.getInt();
    int piece = fields.getInt();
    int offset = fields.getInt();
    int length = fields.getInt();
    byte[] payload = Arrays.copyOfRange(TestImage.piece(blob, piece), offset, offset + length);
    payload[length / 2] ^= 1;
    return data(requestId, piece, offset, payload);
  }

  /** States that are wrong, in the name of an origin that did not sign them. */
  Frame forgedStates(String originKeyId) {
    return Frame.of(
        Frame.STATES,
        0,
        NUMBER,
        body -> {
          body.writeByte(STATES_VERSION);
          body.writeUTF(originKeyId);
          body.writeByte(SHA256);
          body.write(hash());
          body.writeLong(Long.MAX_VALUE);
          body.writeLong(blob.bytes());
          body.writeInt(pieceBytes);
          body.writeInt(1);
          body.writeInt(0);
          body.write(Identity.random(32));
          body.write(Identity.random(64));
        });
  }

  private byte[] hash() {
    return HexFormat.of().parseHex(blob.hex());
  }
}
