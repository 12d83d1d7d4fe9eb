package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.PeerMessage.Data;
import io.shoal.swarm.message.PeerMessage.Have;
import io.shoal.swarm.message.PeerMessage.HaveAll;
import io.shoal.swarm.message.PeerMessage.Join;
import io.shoal.swarm.message.PeerMessage.Leave;
import io.shoal.swarm.message.PeerMessage.Ping;
import io.shoal.swarm.message.PeerMessage.Ready;
import io.shoal.swarm.message.PeerMessage.Request;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCodecTest {

  private static final UnpooledByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false);
  private static final int EXTENT = PieceLayout.EXTENT_BYTES;

  /** Ten pieces: two full extents and one short one at the end. */
  private static final PieceLayout LAYOUT = new PieceLayout(9L * 2 * EXTENT + 5, 2 * EXTENT);

  private static final Digest DIGEST = Digest.sha256Of(new byte[0]);
  private static final Join JOIN =
      new Join(7, DIGEST, 1, LAYOUT, 0, false, new Bitfield(LAYOUT.pieceCount()));

  private final List<EmbeddedChannel> peers = new ArrayList<>();
  private final EmbeddedChannel peer = newPeer();

  @AfterEach
  void nothingLeaks() {
    for (EmbeddedChannel one : peers) {
      for (Object read = one.readInbound(); read != null; read = one.readInbound()) {
        if (read instanceof Payload payload) {
          payload.slice().release();
        }
      }
      one.finishAndReleaseAll();
    }
    assertThat(ALLOCATOR.metric().usedHeapMemory() + ALLOCATOR.metric().usedDirectMemory())
        .isZero();
  }

  @Test
  void everyMessageComesBackAsItWas() {
    for (long seed = 0; seed < 300; seed++) {
      MessageSamples samples = new MessageSamples(seed);
      EmbeddedChannel link = newPeer();
      Join join = samples.join();
      link.writeInbound(encode(join));
      assertThat(link.<PeerMessage>readInbound()).isEqualTo(join);
      for (int kind = 0; kind < MessageSamples.KINDS; kind++) {
        PeerMessage message = samples.message(kind);
        link.writeInbound(encode(message));
        assertThat(link.<PeerMessage>readInbound()).as("seed %d", seed).isEqualTo(message);
      }
    }
  }

  @Test
  void framesMayComeInAnyPieces() {
    Random random = new Random(11);
    for (long seed = 0; seed < 30; seed++) {
      MessageSamples samples = new MessageSamples(seed);
      Join join = samples.join();
      ByteBuf stream = Unpooled.wrappedBuffer(encode(join), encode(samples.message(13)));
      int length = samples.layout.extentLength(0, 0);
      byte[] payload = samples.bytes(length);
      Data data = new Data(join.torrent(), 1, 0, 0, length);
      int half = length / 2;
      stream =
          Unpooled.wrappedBuffer(
              stream,
              slice(data, 0, payload, half),
              encode(new Ping(5)),
              half == 0 ? Unpooled.EMPTY_BUFFER : slice(data, half, payload, length - half),
              encode(new Ready(join.torrent())));
      EmbeddedChannel link = newPeer();
      while (stream.isReadable()) {
        int bytes = Math.min(stream.readableBytes(), 1 + random.nextInt(5000));
        link.writeInbound(ALLOCATOR.buffer(bytes).writeBytes(stream, bytes));
      }
      stream.release();
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      boolean last = false;
      PeerMessage latest = null;
      for (Object read = link.readInbound(); read != null; read = link.readInbound()) {
        if (read instanceof Payload p) {
          assertThat(p.offset()).isEqualTo(received.size());
          byte[] bytes = new byte[p.slice().readableBytes()];
          p.slice().readBytes(bytes).release();
          received.writeBytes(bytes);
          assertThat(last).isFalse();
          last = p.last();
        } else {
          latest = (PeerMessage) read;
        }
      }
      assertThat(last).isTrue();
      assertThat(received.toByteArray()).isEqualTo(payload);
      assertThat(latest).isEqualTo(new Ready(join.torrent()));
    }
  }

  @Test
  void aCutFrameYieldsNothing() {
    ByteBuf frame = encode(JOIN);
    peer.writeInbound(frame.writerIndex(frame.writerIndex() - 1));
    assertThat(peer.<Object>readInbound()).isNull();
    assertThatCode(peer::finish).doesNotThrowAnyException();
  }

  @Test
  void bytesFlippedAtRandomDoNoHarm() {
    Random random = new Random(3);
    for (int round = 0; round < 5_000; round++) {
      MessageSamples samples = new MessageSamples(round % 50);
      EmbeddedChannel link = newPeer();
      link.writeInbound(encode(samples.join()));
      ByteBuf frame = encode(samples.message(random.nextInt(MessageSamples.KINDS)));
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        int at = random.nextInt(Math.min(frame.readableBytes(), 120));
        frame.setByte(at, random.nextInt(256));
      }
      try {
        link.writeInbound(frame);
      } catch (DecoderException e) {
        assertThat(e.getCause()).isInstanceOf(ProtocolException.class);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "17, 0, 4, unknown type 17",
    "0, 0, 61, HELLO after the handshake",
    "1, 0, 37, PROOF after the handshake",
    "8, 1, 4, unknown flags 1 on READY",
    "3, 2, 4, unknown flags 2 on LEAVE",
    "8, 0, 3, body of -1 bytes",
    "8, 0, 5, READY with a body of 1 bytes",
    "2, 0, 20000, JOIN with a body",
    "11, 0, 1048581, STATES with a body",
    "6, 0, 1048597, DATA with a body",
    "12, 0, 4195329, longer than its torrent",
    "14, 0, -1, PEX with a body",
  })
  void refusesAHeaderBeforeItsBodyIsThere(int type, int flags, int length, String complaint) {
    peer.writeInbound(encode(JOIN));
    ByteBuf header = Unpooled.buffer();
    header.writeInt(length).writeByte(type).writeByte(flags).writeShort(7);
    assertRefused(header, complaint);
  }

  @Test
  void refusesMessagesAboutATorrentThatWasNotJoined() {
    assertRefused(encode(new HaveAll(6)), "torrent 6, which was not joined");
  }

  @Test
  void aNumberIsUnknownAgainAfterLeave() {
    peer.writeInbound(encode(JOIN), encode(new Leave(7, false)));
    assertRefused(encode(new Ready(7)), "not joined");
  }

  @Test
  void anEchoedLeaveNamesOurNumberNotTheirs() {
    peer.writeInbound(encode(JOIN), encode(new Leave(7, true)), encode(new Ready(7)));
    assertThat(peer.inboundMessages()).hasSize(3);
  }

  @Test
  void refusesIndexesOutsideTheTorrent() {
    for (PeerMessage wrong :
        List.of(
            new Have(7, List.of(3, 10)),
            new Have(7, List.of(4, 3)),
            new Have(7, List.of(4, 4)),
            new Have(7, List.of(-1)),
            new Have(7, List.of()),
            request(10, 0, EXTENT),
            request(-2, 0, EXTENT),
            request(0, EXTENT / 2, EXTENT),
            request(0, -EXTENT, EXTENT),
            request(0, 2 * EXTENT, EXTENT),
            request(0, 0, EXTENT - 1),
            request(9, 0, EXTENT),
            request(PeerMessage.ANY, 0, 5))) {
      EmbeddedChannel link = newPeer();
      link.writeInbound(encode(JOIN));
      assertThatThrownBy(() -> link.writeInbound(encode(wrong)))
          .as("%s", wrong)
          .hasCauseInstanceOf(ProtocolException.class);
    }
    peer.writeInbound(encode(JOIN), encode(request(9, 0, 5)));
    assertThat(peer.inboundMessages()).hasSize(2);
  }

  @Test
  void refusesSpareBits() {
    ByteBuf join = encode(JOIN);
    int lastByte = join.writerIndex() - 1;
    join.setByte(lastByte, join.getByte(lastByte) | 1);
    assertRefused(join, "spare bit");
  }

  @Test
  void refusesMorePiecesThanAnyBlobHas() {
    ByteBuf join = encode(JOIN);
    int blobBytesAt = Frames.HEADER_BYTES + 1 + 32 + 8;
    join.setLong(blobBytesAt, PieceLayout.MAX_BLOB_BYTES);
    join.setInt(blobBytesAt + 8, 128);
    assertRefused(join, "more than 65536 pieces");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, EXTENT + 1})
  void refusesDataThatDoesNotCarryItsPayload(int payloadBytes) {
    peer.writeInbound(encode(JOIN));
    Data data = new Data(7, 1, 0, 0, EXTENT);
    assertRefused(FrameEncoder.slice(ALLOCATOR, data, 0, payloadBytes), "");
  }

  @Test
  void refusesTwoExtentsAtOnce() {
    Data data = new Data(7, 1, 0, 0, EXTENT);
    peer.writeInbound(encode(JOIN), slice(data, 0, new byte[100], 100));
    assertRefused(slice(data, 0, new byte[100], 100), "before the end of another");
  }

  @Test
  void refusesToContinueWhatWasNotBegun() {
    peer.writeInbound(encode(JOIN));
    Data data = new Data(7, 1, 0, 0, EXTENT);
    assertRefused(slice(data, 100, new byte[200], 100), "not begun");
  }

  @Test
  void refusesATorrentTooMany() {
    for (int number = 0; number < Frames.MAX_TORRENTS; number++) {
      peer.writeInbound(encode(joinAs(number)));
    }
    assertRefused(encode(joinAs(Frames.MAX_TORRENTS)), "more than 4096 torrents");
  }

  @Test
  void readsNothingAfterAMistake() {
    assertRefused(encode(new Ready(1)), "not joined");
    peer.writeInbound(encode(JOIN));
    assertThat(peer.<Object>readInbound()).isNull();
  }

  private EmbeddedChannel newPeer() {
    EmbeddedChannel fresh = new EmbeddedChannel(new FrameDecoder());
    fresh.config().setAllocator(ALLOCATOR);
    peers.add(fresh);
    return fresh;
  }

  private void assertRefused(ByteBuf bytes, String complaint) {
    assertThatThrownBy(() -> peer.writeInbound(bytes))
        .hasCauseInstanceOf(ProtocolException.class)
        .hasMessageContaining(complaint);
  }

  private static Join joinAs(int number) {
    PieceLayout layout = new PieceLayout(1, 128);
    return new Join(number, DIGEST, 0, layout, 0, false, new Bitfield(1));
  }

  private static Request request(int piece, int offset, int length) {
    return new Request(7, 1, piece, offset, length, false, Optional.empty());
  }

  private static ByteBuf slice(Data data, int offset, byte[] payload, int bytes) {
    return Unpooled.wrappedBuffer(
        FrameEncoder.slice(ALLOCATOR, data, offset, bytes),
        Unpooled.wrappedBuffer(payload, offset, bytes));
  }

  private static ByteBuf encode(PeerMessage message) {
    return FrameEncoder.encode(ALLOCATOR, message);
  }
}
