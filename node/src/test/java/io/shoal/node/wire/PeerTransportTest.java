package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.wire.TestPeer.Event;
import io.shoal.node.wire.TestPeer.Setup;
import io.shoal.swarm.message.PeerMessage.Busy;
import io.shoal.swarm.message.PeerMessage.Data;
import io.shoal.swarm.message.PeerMessage.Join;
import io.shoal.swarm.message.PeerMessage.Leave;
import io.shoal.swarm.message.PeerMessage.Ready;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerTransportTest {

  private static final int EXTENT = PieceLayout.EXTENT_BYTES;
  private static final PieceLayout LAYOUT = new PieceLayout(8L * EXTENT + 77, 2 * EXTENT);
  private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});

  @TempDir Path dir;

  static Stream<Sockets> sockets() {
    return Stream.of(Sockets.best(), Sockets.nio());
  }

  @ParameterizedTest
  @MethodSource("sockets")
  void twoPeersExchangeMessagesAndFiles(Sockets sockets) throws Exception {
    byte[] blob = new byte[(int) LAYOUT.blobBytes()];
    new Random(7).nextBytes(blob);
    Path path = Files.write(dir.resolve("blob"), blob);
    try (TestPeer alice = Setup.plain(1).on(sockets).start();
        TestPeer bob = Setup.plain(2).on(sockets).start();
        FileChannel file = FileChannel.open(path)) {
      Link toBob = alice.linkTo(bob);
      Link toAlice = bob.next(Event.Up.class).link();
      assertThat(toBob.dialled()).isTrue();
      assertThat(toAlice.dialled()).isFalse();
      assertThat(toAlice.peer().address()).isEqualTo(alice.address());
      assertThat(toBob.peer().role()).isEqualTo(PeerRole.AGENT);

      toBob.send(join());
      assertThat(bob.next(Event.Message.class).message()).isEqualTo(join());
      toAlice.send(join());
      assertThat(alice.next(Event.Message.class).message()).isEqualTo(join());
      List<CompletableFuture<Optional<Throwable>>> results =
          Stream.generate(CompletableFuture<Optional<Throwable>>::new).limit(9).toList();
      for (int i = 0; i < results.size(); i++) {
        toBob.sendData(extent(i), file, (long) i * EXTENT, results.get(i)::complete);
      }
      for (int i = 0; i < results.size(); i++) {
        assertThat(bob.next(Event.Message.class).message()).isEqualTo(extent(i));
        Event.Extent received = bob.next(Event.Extent.class);
        assertThat(received.data()).isEqualTo(extent(i));
        assertThat(Digest.sha256Of(received.bytes()))
            .isEqualTo(
                Digest.sha256Of(
                    Arrays.copyOfRange(blob, i * EXTENT, i * EXTENT + extent(i).length())));
        assertThat(results.get(i).get(30, TimeUnit.SECONDS)).isEmpty();
      }
      assertThat(file.isOpen()).isTrue();
    }
  }

  @Test
  void messagesGoBetweenTheSlicesButALeaveWaits() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        TestPeer bob = Setup.plain(2).start();
        FileChannel file = sparse(LAYOUT.blobBytes())) {
      Link toBob = alice.linkTo(bob);
      Link toAlice = bob.next(Event.Up.class).link();
      toAlice.pauseReading();
      toBob.send(join());
      // More than the kernel's buffers take, so that what follows meets a payload under way.
      for (int i = 0; i < 8; i++) {
        toBob.sendData(extent(i), file, 0, _ -> {});
      }
      toBob.send(new Leave(5, false));
      toBob.send(new Busy(5, 99, 1));
      toAlice.resumeReading();
      List<Event> seen = new java.util.ArrayList<>();
      while (seen.size() < 1 + 16 + 2) {
        seen.add(bob.next(Event.class));
      }
      assertThat(seen.getLast()).isEqualTo(new Event.Message(toAlice, new Leave(5, false)));
      assertThat(seen.indexOf(new Event.Message(toAlice, new Busy(5, 99, 1)))).isLessThan(17);
    }
  }

  @Test
  void everyCallbackComesOnceWhenTheLinkCloses() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        TestPeer bob = Setup.plain(2).start();
        FileChannel file = sparse(LAYOUT.blobBytes())) {
      Link toBob = alice.linkTo(bob);
      Link toAlice = bob.next(Event.Up.class).link();
      toAlice.pauseReading();
      toBob.send(join());
      Callbacks callbacks = new Callbacks();
      for (int i = 0; i < 100; i++) {
        toBob.sendData(extent(i % 8), file, 0, callbacks.expect());
      }
      toAlice.close("enough");
      assertThat(alice.next(Event.Down.class).link()).isSameAs(toBob);
      toBob.sendData(extent(0), file, 0, callbacks.expect());
      alice.close();
      toBob.sendData(extent(0), file, 0, callbacks.expect());
      callbacks.assertAllCameOnce();
      assertThat(callbacks.failures()).isGreaterThan(80);
    }
  }

  @Test
  void anExtentTheFileDoesNotHoldFailsAndTheLinkStays() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        TestPeer bob = Setup.plain(2).start();
        FileChannel file = sparse(100)) {
      Link toBob = alice.linkTo(bob);
      bob.next(Event.Up.class);
      toBob.send(join());
      Callbacks callbacks = new Callbacks();
      toBob.sendData(extent(0), file, 0, callbacks.expect());
      toBob.send(new Ready(5));
      assertThat(bob.next(Event.Message.class).message()).isEqualTo(join());
      assertThat(bob.next(Event.Message.class).message()).isEqualTo(new Ready(5));
      callbacks.assertAllCameOnce();
      assertThat(callbacks.failures()).isEqualTo(1);
    }
  }

  @Test
  void nothingIsReadWhilePaused() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        TestPeer bob = Setup.plain(2).start();
        FileChannel file = sparse(LAYOUT.blobBytes())) {
      Link toBob = alice.linkTo(bob);
      Link toAlice = bob.next(Event.Up.class).link();
      toAlice.pauseReading();
      toBob.send(join());
      Callbacks callbacks = new Callbacks();
      int extents = 64;
      for (int i = 0; i < extents; i++) {
        toBob.sendData(extent(i % 8), file, 0, callbacks.expect());
      }
      // The sender gets stuck: the kernel's buffers do not hold 64 MiB.
      toAlice.send(join());
      alice.next(Event.Message.class);
      assertThat(callbacks.came()).isLessThan(extents);
      toAlice.resumeReading();
      bob.next(Event.Message.class);
      for (int i = 0; i < extents; i++) {
        bob.next(Event.Message.class);
        bob.next(Event.Extent.class);
      }
      callbacks.assertAllCameOnce();
      assertThat(callbacks.failures()).isZero();
    }
  }

  @Test
  void aPeerThatBreaksTheProtocolIsCutOff() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        TestPeer bob = Setup.plain(2).start()) {
      Link toBob = alice.linkTo(bob);
      bob.next(Event.Up.class);
      toBob.send(new Ready(3));
      assertThat(bob.next(Event.Down.class).reason())
          .isEqualTo("protocol error: message about torrent 3, which was not joined");
      assertThat(alice.next(Event.Down.class).reason()).isEqualTo("closed by the peer");
      // The listener hears of it first, the count follows on the same event loop.
      long deadline = System.nanoTime() + 5_000_000_000L;
      while (bob.transport.linkCount() > 0 && System.nanoTime() - deadline < 0) {
        Thread.onSpinWait();
      }
      assertThat(bob.transport.linkCount()).isZero();
    }
  }

  @Test
  void closingTellsEveryLink() throws Exception {
    try (TestPeer alice = Setup.plain(1).start();
        TestPeer bob = Setup.plain(2).start()) {
      alice.linkTo(bob);
      bob.next(Event.Up.class);
      alice.close();
      assertThat(alice.next(Event.Down.class).reason()).isEqualTo("this process is shutting down");
      bob.next(Event.Down.class);
      alice.transport.dial(bob.address());
      assertThat(alice.next(Event.Failed.class).failure()).isEqualTo(DialFailure.SHUTTING_DOWN);
    }
  }

  private static Join join() {
    return new Join(5, DIGEST, 1, LAYOUT, 0, false, Bitfield.full(LAYOUT.pieceCount()));
  }

  /** The extent at this place, counted through the blob. */
  private static Data extent(int index) {
    int piece = index / 2;
    int offset = index % 2 * EXTENT;
    return new Data(5, index, piece, offset, LAYOUT.extentLength(piece, offset));
  }

  private FileChannel sparse(long bytes) throws IOException {
    FileChannel file =
        FileChannel.open(
            dir.resolve("sparse"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    file.write(ByteBuffer.allocate(1), bytes - 1);
    return file;
  }
}
