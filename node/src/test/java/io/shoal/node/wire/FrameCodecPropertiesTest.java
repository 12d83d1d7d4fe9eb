package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FrameCodecPropertiesTest {

  private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false);

  @Property(tries = 300, seed = "5")
  void messagesComeBackAsTheyWereHoweverTheStreamIsCut(
      @ForAll long seed,
      @ForAll @Size(max = 12) List<@IntRange(max = MessageSamples.KINDS - 1) Integer> kinds,
      @ForAll @IntRange(min = 1, max = 3000) int cut) {
    MessageSamples samples = new MessageSamples(seed);
    List<PeerMessage> messages = new ArrayList<>(List.of(samples.join()));
    kinds.forEach(kind -> messages.add(samples.message(kind)));
    EmbeddedChannel peer = new EmbeddedChannel(new FrameDecoder());
    ByteBuf stream = Unpooled.buffer();
    messages.forEach(message -> {
      ByteBuf frame = FrameEncoder.encode(ALLOCATOR, message);
      stream.writeBytes(frame);
      frame.release();
    });
    while (stream.isReadable()) {
      peer.writeInbound(stream.readBytes(Math.min(cut, stream.readableBytes())));
    }
    assertThat(peer.inboundMessages()).containsExactlyElementsOf(messages);
    peer.finishAndReleaseAll();
  }

  @Property(tries = 1000, seed = "7")
  void anyBytesAreMessagesOrRefused(
      @ForAll @Size(max = 400) byte[] bytes, @ForAll @IntRange(min = 1, max = 400) int cut) {
    AnyBytes.read(bytes, cut);
  }
}
