package io.shoal.e2e.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;

/** Somebody who knocks at a peer's port without the cluster secret. */
public final class Stranger {

  private Stranger() {}

  /** Says HELLO in form and proves a secret that is not the cluster's. */
  public static boolean getsInWithAWrongSecret(int peerPort) throws IOException {
    return getsIn(Identity.stranger(), peerPort);
  }

  /**
   * The same with a secret to be tried: who knows it shows that nothing but the secret is wrong.
   */
  public static boolean getsIn(Identity identity, int peerPort) throws IOException {
    try (WireLink link = WireLink.connect(peerPort)) {
      return link.handshakeAsDialler(identity, 4610);
    }
  }

  /**
   * Says HELLO and goes on as if proofs were not asked for.
   *
   * @return whether anything but the other side's HELLO came back before it hung up
   */
  public static boolean getsAnAnswerWithoutProof(int peerPort) throws IOException {
    try (WireLink link = WireLink.connect(peerPort)) {
      link.sayHello(Identity.stranger(), 4610);
      link.send(new Frame(Frame.PING, 0, 0, new byte[8]));
      if (link.read().type() != Frame.HELLO) {
        return true;
      }
      link.read();
      return true;
    } catch (EOFException | SocketException e) {
      return false;
    }
  }
}
