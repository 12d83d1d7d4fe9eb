package io.shoal.e2e.wire;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** A connection to a real peer, before and after the handshake. */
public final class WireLink implements AutoCloseable {

  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);
  private static final byte[] MAGIC = "SHOAL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PROOF_DOMAIN =
      "shoal link proof v1".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int ROLE_AGENT = 0;
  private static final long LOCALITY_UNKNOWN = 0;
  private static final int WELCOME = 0;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  private WireLink(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) SILENCE_LIMIT.toMillis());
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
  }

  /** Connects without a word. */
  static WireLink connect(int port) throws IOException {
    return new WireLink(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  static WireLink over(Socket accepted) throws IOException {
    return new WireLink(accepted);
  }

  /**
   * Shakes hands as the side that dialled.
   *
   * @return whether the other side proved that it knows the secret and welcomed us; if not, it has
   *     hung up
   */
  boolean handshakeAsDialler(Identity self, int listenPort) throws IOException {
    byte[] own = sayHello(self, listenPort);
    byte[] other = expect(Frame.HELLO);
    send(proof(self, 0, own, other));
    byte[] proof;
    try {
      proof = expect(Frame.PROOF);
    } catch (IOException e) {
      return false;
    }
    return proof[0] == WELCOME && Arrays.equals(proof, proof(self, 1, own, other).body());
  }

  /** Shakes hands as the side that was dialled; fails if the dialler does not know the secret. */
  void handshakeAsAcceptor(Identity self, int listenPort) throws IOException {
    byte[] own = sayHello(self, listenPort);
    byte[] other = expect(Frame.HELLO);
    if (!Arrays.equals(expect(Frame.PROOF), proof(self, 0, other, own).body())) {
      throw new IOException("the dialler's proof is not ours");
    }
    send(proof(self, 1, other, own));
  }

  /** Sends HELLO and returns its body, over which the proofs are made. */
  byte[] sayHello(Identity self, int listenPort) throws IOException {
    Frame hello =
        Frame.of(
            Frame.HELLO,
            0,
            0,
            body -> {
              body.write(MAGIC);
              body.writeByte(VERSION);
              body.write(Identity.random(32));
              body.write(self.id());
              body.writeByte(ROLE_AGENT);
              body.writeShort(listenPort);
              body.writeLong(LOCALITY_UNKNOWN);
            });
    send(hello);
    return hello.body();
  }

  private static Frame proof(Identity self, int side, byte[] dialler, byte[] acceptor) {
    byte[] transcript =
        Frame.of(
                Frame.PROOF,
                0,
                0,
                text -> {
                  text.write(PROOF_DOMAIN);
                  text.writeByte(side);
                  text.writeByte(WELCOME);
                  text.write(dialler);
                  text.write(acceptor);
                })
            .body();
    return Frame.of(
        Frame.PROOF,
        0,
        0,
        body -> {
          body.writeByte(WELCOME);
          body.write(self.mac(transcript));
        });
  }

  private byte[] expect(int type) throws IOException {
    Frame frame = Frame.read(in);
    if (frame.type() != type) {
      throw new IOException("frame of type " + frame.type() + " in place of " + type);
    }
    return frame.body();
  }

  /** The next frame; fails when the other side has hung up. */
  Frame read() throws IOException {
    return Frame.read(in);
  }

  void send(Frame frame) throws IOException {
    synchronized (out) {
      frame.write(out);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
