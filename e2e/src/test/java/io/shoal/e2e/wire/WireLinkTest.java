package io.shoal.e2e.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.ClusterFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The test double's two sides understand each other; the real ones show the rest. */
class WireLinkTest {

  private static final ClusterFile CLUSTER = new ClusterFile(Identity.random(32), "");

  @Test
  void membersWelcomeEachOtherAndExchangeFrames() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Frame> received = acceptOne(server);
      try (WireLink link = WireLink.connect(server.getLocalPort())) {
        assertThat(link.handshakeAsDialler(Identity.member(CLUSTER), 1)).isTrue();
        link.send(new Frame(Frame.PING, 0, 0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
        Frame frame = received.join();
        assertThat(frame.type()).isEqualTo(Frame.PING);
        assertThat(frame.body()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
      }
    }
  }

  @Test
  void strangerIsNotWelcome() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Frame> received = acceptOne(server);
      assertThat(Stranger.getsInWithAWrongSecret(server.getLocalPort())).isFalse();
      assertThat(received).failsWithin(Duration.ofSeconds(10));
    }
  }

  private static CompletableFuture<Frame> acceptOne(ServerSocket server) {
    CompletableFuture<Frame> received = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (WireLink link = WireLink.over(server.accept())) {
            link.handshakeAsAcceptor(Identity.member(CLUSTER), 1);
            received.complete(link.read());
          } catch (IOException e) {
            received.completeExceptionally(e);
          }
        });
    return received;
  }
}
