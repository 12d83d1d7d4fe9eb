package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.PeerMessage.Data;
import io.shoal.swarm.message.PeerMessage.Join;

/**
 * A peer that joins a torrent and then sends any bytes at all: they are refused in the one way that
 * closes the link, or they are messages, which come back as they are when they are sent on. Nothing
 * leaks either way.
 */
final class AnyBytes {

  private static final int EXTENT = PieceLayout.EXTENT_BYTES;
  private static final PieceLayout LAYOUT = new PieceLayout(9L * 2 * EXTENT + 5, 2 * EXTENT);
  private static final int TORRENT = 7;
  private static final Join JOIN =
      new Join(
          TORRENT,
          Digest.sha256Of(new byte[0]),
          1,
          LAYOUT,
          0,
          false,
          new Bitfield(LAYOUT.pieceCount()));

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final EmbeddedChannel peer = channel();
  private final EmbeddedChannel mirror = channel();

  private AnyBytes() {}

  /**
   * Reads the bytes as a stream.
   *
   * @param cut length of the parts in which they come, at least 1
   */
  static void read(byte[] bytes, int cut) {
    AnyBytes any = new AnyBytes();
    any.peer.writeInbound(FrameEncoder.encode(any.allocator, JOIN));
    try {
      for (int at = 0; at < bytes.length; at += cut) {
        int length = Math.min(cut, bytes.length - at);
        any.peer.writeInbound(any.allocator.buffer(length).writeBytes(bytes, at, length));
      }
    } catch (DecoderException e) {
      assertThat(e.getCause()).isInstanceOf(ProtocolException.class);
    }
    any.compare();
    any.peer.finishAndReleaseAll();
    any.mirror.finishAndReleaseAll();
    assertThat(any.allocator.metric().usedHeapMemory()).isZero();
    assertThat(any.allocator.metric().usedDirectMemory()).isZero();
  }

  private void compare() {
    for (Object read = peer.readInbound(); read != null; read = peer.readInbound()) {
      switch (read) {
        case Payload payload -> payload.slice().release();
        case Data data -> assertThat(data.length()).isBetween(1, EXTENT);
        case PeerMessage message -> {
          mirror.writeInbound(Unpooled.wrappedBuffer(FrameEncoder.encode(allocator, message)));
          assertThat(mirror.<PeerMessage>readInbound()).isEqualTo(message);
        }
        default -> throw new AssertionError("the decoder produced " + read.getClass());
      }
    }
  }

  private EmbeddedChannel channel() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
    channel.config().setAllocator(allocator);
    return channel;
  }
}
