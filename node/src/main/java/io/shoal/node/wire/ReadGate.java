package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.shoal.node.rate.RateLimiter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a connection is read: not while its owner holds it, and not while the bytes read
 * are more than the rate allows. The kernel's buffers then fill up and the sender slows down.
 * Confined to the event loop.
 */
final class ReadGate extends ChannelInboundHandlerAdapter {

  /** Debts below this are left to add up: stopping and starting costs more than it paces. */
  private static final long PETTY_NANOS = 1_000_000;

  private final RateLimiter limiter;
  private @Nullable ChannelHandlerContext ctx;
  private boolean held;
  private int latestOrder;
  private boolean inDebt;

  ReadGate(RateLimiter limiter) {
    this.limiter = limiter;
  }

  /** Stops reading, unless a later order came first. */
  void hold(int order) {
    obey(order, true);
  }

  /** Takes up reading, unless a later order came first. */
  void release(int order) {
    obey(order, false);
  }

  private void obey(int order, boolean hold) {
    if (order - latestOrder > 0) {
      latestOrder = order;
      held = hold;
      apply();
    }
  }

  boolean open() {
    return !held && !inDebt;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    this.ctx = ctx;
    apply();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    long waitNanos = limiter.take(((ByteBuf) message).readableBytes());
    if (waitNanos > PETTY_NANOS && !inDebt) {
      inDebt = true;
      apply();
      ctx.executor().schedule(this::paid, waitNanos, TimeUnit.NANOSECONDS);
    }
    ctx.fireChannelRead(message);
  }

  private void paid() {
    inDebt = false;
    apply();
  }

  private void apply() {
    if (ctx != null) {
      ctx.channel().config().setAutoRead(open());
    }
  }
}
