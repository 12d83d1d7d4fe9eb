package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shoal.node.rate.RateLimiter;
import io.shoal.swarm.message.PeerMessage.Abort;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

  /** A kernel whose buffers are full. */
  private static final class Stuck extends ChannelOutboundHandlerAdapter {
    private int bytes;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ByteBuf frame = (ByteBuf) message;
      bytes += frame.readableBytes();
      frame.release();
    }
  }

  @Test
  void aPeerThatDoesNotReadIsCutOff() {
    Stuck stuck = new Stuck();
    List<String> reasons = new ArrayList<>();
    Outbox outbox = new Outbox(new EmbeddedChannel(stuck), RateLimiter.unlimited(), reasons::add);
    Abort message = new Abort(0, 0, "x".repeat(1000));
    for (int i = 0; i < 100_000 && reasons.isEmpty(); i++) {
      outbox.send(message);
    }
    assertThat(reasons).containsExactly("the peer does not read what it is sent");
    assertThat(stuck.bytes).isBetween(7 << 20, 8 << 20);
  }
}
