package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The first frame of both sides. Its body is kept as it came, because the proofs of both sides are
 * made over it.
 *
 * @param id who speaks
 * @param role what it is
 * @param listenPort where it accepts links; with the source address of the connection this is its
 *     address
 * @param locality where it stands
 * @param body the bytes of the frame without the header
 */
record Hello(PeerId id, PeerRole role, int listenPort, Locality locality, ByteBuffer body) {

  /** Length of the body. */
  static final int BYTES = 5 + 1 + 32 + PeerId.BYTES + 1 + 2 + Long.BYTES;

  private static final byte[] MAGIC = "SHOAL".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int NONCE_BYTES = 32;

  /** What this process says on a new connection, with a nonce of its own. */
  static Hello fresh(
      PeerId id, PeerRole role, int listenPort, Locality locality, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    ByteBuffer body = ByteBuffer.allocate(BYTES);
    body.put(MAGIC).put((byte) VERSION).put(nonce).putLong(id.high()).putLong(id.low());
    body.put((byte) WireCodes.codeOf(role)).putShort((short) listenPort);
    body.putLong(locality.key()).flip();
    return new Hello(id, role, listenPort, locality, body.asReadOnlyBuffer());
  }

  /** Reads the {@link #BYTES} bytes of a body. */
  static Hello read(ByteBuf in) throws ProtocolException {
    byte[] bytes = new byte[BYTES];
    in.readBytes(bytes);
    ByteBuffer body = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new ProtocolException("not a Shoal peer");
    }
    int version = body.get(MAGIC.length);
    if (version != VERSION) {
      throw new ProtocolException("speaks version " + version + ", this is version " + VERSION);
    }
    int at = MAGIC.length + 1 + NONCE_BYTES;
    PeerId id = new PeerId(body.getLong(at), body.getLong(at + Long.BYTES));
    PeerRole role = WireCodes.role(body.get(at + PeerId.BYTES) & 0xff);
    int port = body.getShort(at + PeerId.BYTES + 1) & 0xffff;
    if (port == 0) {
      throw new ProtocolException("HELLO without a port");
    }
    Locality locality = new Locality(body.getLong(at + PeerId.BYTES + 3));
    return new Hello(id, role, port, locality, body);
  }
}
