package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.units.ByteRate;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.wire.TestPeer.Event;
import io.shoal.node.wire.TestPeer.Setup;
import io.shoal.swarm.message.PeerMessage.Data;
import io.shoal.swarm.message.PeerMessage.Join;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measured against the rate itself: bytes cannot have come faster, whatever the machine does. */
class PacingTest {

  private static final int EXTENTS = 8;
  private static final PieceLayout LAYOUT =
      new PieceLayout((long) EXTENTS * PieceLayout.EXTENT_BYTES, PieceLayout.EXTENT_BYTES);
  private static final ByteRate RATE = new ByteRate(20 << 20);
  private static final double SECONDS = (double) LAYOUT.blobBytes() / RATE.bytesPerSecond();

  @TempDir Path dir;

  @Test
  void uploadKeepsToItsRate() throws Exception {
    RateLimiter limiter = RateLimiter.of(RATE, System::nanoTime);
    assertThat(secondsToSend(Setup.plain(1).upload(limiter), Setup.plain(2)))
        .isBetween(0.8 * SECONDS, 20 * SECONDS);
  }

  @Test
  void downloadKeepsToItsRate() throws Exception {
    RateLimiter limiter = RateLimiter.of(RATE, System::nanoTime);
    // The last bytes read need not be paid for any more, hence the lower bound.
    assertThat(secondsToSend(Setup.plain(1), Setup.plain(2).download(limiter)))
        .isBetween(0.6 * SECONDS, 20 * SECONDS);
  }

  private double secondsToSend(Setup from, Setup to) throws Exception {
    try (TestPeer sender = from.start();
        TestPeer receiver = to.start();
        FileChannel file =
            FileChannel.open(
                dir.resolve("blob"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), LAYOUT.blobBytes() - 1);
      Link link = sender.linkTo(receiver);
      receiver.next(Event.Up.class);
      long start = System.nanoTime();
      Digest digest = Digest.sha256Of(new byte[0]);
      link.send(new Join(0, digest, 0, LAYOUT, 0, false, Bitfield.full(EXTENTS)));
      receiver.next(Event.Message.class);
      CompletableFuture<Boolean> sent = new CompletableFuture<>();
      for (int piece = 0; piece < EXTENTS; piece++) {
        Data data = new Data(0, piece, piece, 0, PieceLayout.EXTENT_BYTES);
        link.sendData(data, file, LAYOUT.pieceOffset(piece), r -> sent.complete(r.isEmpty()));
      }
      for (int piece = 0; piece < EXTENTS; piece++) {
        receiver.next(Event.Message.class);
        receiver.next(Event.Extent.class);
      }
      assertThat(sent.join()).isTrue();
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
