package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.cluster.ClusterSecret;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.wire.TestPeer.Event;
import io.shoal.node.wire.TestPeer.Setup;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who becomes a link and who does not. */
class AdmissionTest {

  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void aWrongSecretIsRefusedByBothSides() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        TestPeer mallory = Setup.plain(2).secret(ClusterSecret.random()).start()) {
      mallory.transport.dial(alice.address());
      assertThat(mallory.next(Event.Failed.class).failure()).isEqualTo(DialFailure.SECRET);
      alice.transport.dial(mallory.address());
      assertThat(alice.next(Event.Failed.class).failure()).isEqualTo(DialFailure.SECRET);
      assertThat(alice.transport.linkCount()).isZero();
      assertThat(mallory.events).isEmpty();
    }
  }

  @Test
  void aSilentDiallerIsDropped() throws Exception {
    try (TestPeer alice = Setup.plain(1).handshakeLimit(SHORT).start();
        Socket silent = connect(alice)) {
      assertThat(bytesUntilClosed(silent)).isEqualTo(Frames.HEADER_BYTES + Hello.BYTES);
      assertThat(alice.events).isEmpty();
    }
  }

  @Test
  void aSilentAcceptorIsGivenUp() throws Exception {
    try (TestPeer alice = Setup.plain(1).handshakeLimit(SHORT).start();
        ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      alice.transport.dial(new PeerAddress("127.0.0.1", silent.getLocalPort()));
      assertThat(alice.next(Event.Failed.class).failure()).isEqualTo(DialFailure.HANDSHAKE);
    }
  }

  @Test
  void nothingButTheHandshakeIsReadFromAStranger() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        Socket stranger = connect(alice)) {
      ByteBuffer ping = ByteBuffer.allocate(16).putInt(12).put((byte) FrameType.PING.code());
      stranger.getOutputStream().write(ping.array());
      assertThat(bytesUntilClosed(stranger)).isEqualTo(Frames.HEADER_BYTES + Hello.BYTES);
      assertThat(alice.events).isEmpty();
    }
  }

  @Test
  void aProofSentBackProvesNothing() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        ServerSocket mirror = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      alice.transport.dial(new PeerAddress("127.0.0.1", mirror.getLocalPort()));
      try (Socket socket = mirror.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.readNBytes(Frames.HEADER_BYTES + Hello.BYTES);
        ByteBuffer hello = ByteBuffer.allocate(Frames.HEADER_BYTES + Hello.BYTES);
        hello.putInt(Frames.COUNTED_HEADER_BYTES + Hello.BYTES).putInt(0);
        hello.put(
            Hello.fresh(
                    new PeerId(9, 9), PeerRole.AGENT, 4610, Locality.UNKNOWN, new SecureRandom())
                .body());
        socket.getOutputStream().write(hello.array());
        byte[] proof = in.readNBytes(Frames.HEADER_BYTES + 1 + HelloProof.BYTES);
        socket.getOutputStream().write(proof);
        assertThat(alice.next(Event.Failed.class).failure()).isEqualTo(DialFailure.SECRET);
      }
    }
  }

  @Test
  void aFullProcessSaysSo() throws Exception {
    try (TestPeer alice = Setup.plain(1).linkCap(1).start();
        TestPeer bob = Setup.plain(2).start();
        TestPeer carol = Setup.plain(3).start()) {
      bob.linkTo(alice);
      alice.next(Event.Up.class);
      carol.transport.dial(alice.address());
      assertThat(carol.next(Event.Failed.class).failure()).isEqualTo(DialFailure.FULL);
      alice.transport.dial(carol.address());
      assertThat(alice.next(Event.Failed.class).failure()).isEqualTo(DialFailure.FULL);
      assertThat(alice.transport.linkCount()).isEqualTo(1);
    }
  }

  @Test
  void nobodyLinksToItself() throws Exception {
    try (TestPeer alice = Setup.plain(1).start()) {
      alice.transport.dial(alice.address());
      assertThat(alice.next(Event.Failed.class).failure()).isEqualTo(DialFailure.SELF);
    }
  }

  @Test
  void whereNobodyListensIsUnreachable() throws Exception {
    int free;
    try (ServerSocket probe = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      free = probe.getLocalPort();
    }
    try (TestPeer alice = Setup.plain(1).start()) {
      alice.transport.dial(new PeerAddress("localhost", free));
      assertThat(alice.next(Event.Failed.class).failure()).isEqualTo(DialFailure.UNREACHABLE);
    }
  }

  @Test
  void aSecondDialIsADuplicate() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        TestPeer bob = Setup.plain(2).start()) {
      alice.linkTo(bob);
      alice.transport.dial(bob.address());
      assertThat(alice.next(Event.Failed.class).failure()).isEqualTo(DialFailure.DUPLICATE);
    }
  }

  @Test
  void theConnectionOfTheLowerIdStays() throws Exception {
    try (TestPeer lower = Setup.plain(1).start();
        TestPeer higher = Setup.plain(2).start()) {
      // By another name of the same address, so that neither side sees it as the same at once.
      PeerAddress lowerAlias = new PeerAddress("localhost", lower.transport.port());
      PeerAddress higherAlias = new PeerAddress("localhost", higher.transport.port());
      higher.transport.dial(lowerAlias);
      Link first = higher.next(Event.Up.class).link();
      lower.next(Event.Up.class);

      lower.transport.dial(higherAlias);
      assertThat(lower.next(Event.Down.class).link().dialled()).isFalse();
      assertThat(lower.next(Event.Up.class).link().dialled()).isTrue();
      assertThat(higher.next(Event.Down.class).link()).isSameAs(first);
      assertThat(higher.next(Event.Up.class).link().dialled()).isFalse();

      higher.transport.dial(new PeerAddress("127.0.0.2", lower.transport.port()));
      higher.next(Event.Failed.class);
      assertThat(lower.events).isEmpty();
      assertThat(lower.transport.linkCount()).isEqualTo(1);
    }
  }

  @Test
  void crossingDialsLeaveOneLink() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (TestPeer lower = Setup.plain(1).start();
          TestPeer higher = Setup.plain(2).start()) {
        higher.transport.dial(lower.address());
        // By another name, for a dial to an address that a link is up with is not made at all.
        lower.transport.dial(new PeerAddress("localhost", higher.transport.port()));
        // The lower one's dial always wins, whatever was up for a moment before.
        assertThat(lastUp(lower).dialled()).isTrue();
        assertThat(lastUp(higher).dialled()).isFalse();
      }
    }
  }

  @Test
  void aPeerThatFallsSilentIsGivenUp() throws Exception {
    try (TestPeer alice = Setup.plain(1).pingAfter(SHORT).start();
        TestPeer bob = Setup.plain(2).start()) {
      Link toBob = alice.linkTo(bob);
      Link toAlice = bob.next(Event.Up.class).link();
      assertThat(toBob.peer().id()).isEqualTo(new PeerId(0, 2));
      toAlice.pauseReading(); // as if it hung: it neither reads nor pings
      assertThat(alice.next(Event.Down.class).reason()).isEqualTo("silent for too long");
    }
  }

  /** The link that stays: the one dialled by the peer with id 1. */
  private static Link lastUp(TestPeer peer) throws InterruptedException {
    while (true) {
      if (peer.next(Event.class) instanceof Event.Up(Link link)
          && link.dialled() == (link.peer().id().low() == 2)) {
        return link;
      }
    }
  }

  private static Socket connect(TestPeer peer) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), peer.transport.port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static int bytesUntilClosed(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    int bytes = 0;
    try {
      while (in.read() >= 0) {
        bytes++;
      }
    } catch (SocketException e) {
      // Reset rather than closed: the other side had not read everything.
    }
    return bytes;
  }
}
