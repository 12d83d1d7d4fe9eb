package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.shoal.core.peer.PeerInfo;
import io.shoal.node.rate.RateLimiter;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.PeerMessage.Data;
import io.shoal.swarm.message.PeerMessage.Ping;
import io.shoal.swarm.message.PeerMessage.Pong;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link on a Netty channel: admitted, then up, then down. The last handler of its pipeline. The
 * public methods move to the event loop, everything else is called there.
 */
final class NettyLink extends ChannelInboundHandlerAdapter implements Link {

  private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);

  /** Of the pings sent after silence; nobody waits for their answer. */
  private static final long KEEP_ALIVE_NONCE = 0;

  /** Of no byte read: then the link is given up. */
  static final int SILENT_PERIODS = 3;

  private final Channel channel;
  private final EventLoop loop;
  private final PeerInfo peer;
  private final boolean dialled;
  private final LinkListener listener;
  private final Outbox outbox;
  private final ReadGate gate;
  private final AtomicReference<@Nullable String> closeReason = new AtomicReference<>();

  /** Numbers orders to stop and resume reading: one given on the loop overtakes those before it. */
  private final AtomicInteger readingOrders = new AtomicInteger();

  private final CompletableFuture<String> down = new CompletableFuture<>();

  private boolean up;
  private int silentPeriods;

  NettyLink(
      Channel channel,
      PeerInfo peer,
      boolean dialled,
      LinkListener listener,
      RateLimiter upload,
      RateLimiter download) {
    this.channel = channel;
    this.loop = channel.eventLoop();
    this.peer = peer;
    this.dialled = dialled;
    this.listener = listener;
    this.outbox = new Outbox(channel, upload, this::close);
    this.gate = new ReadGate(download);
    // Not from within close(): a listener that closes must not be called again meanwhile.
    channel.closeFuture().addListener(_ -> loop.execute(this::goDown));
  }

  @Override
  public PeerInfo peer() {
    return peer;
  }

  @Override
  public boolean dialled() {
    return dialled;
  }

  @Override
  public void send(PeerMessage message) {
    if (message instanceof Data) {
      throw new IllegalArgumentException("payload is sent with sendData");
    }
    onLoop(() -> outbox.send(message), _ -> {});
  }

  @Override
  public void sendData(
      Data header, FileChannel file, long position, Consumer<Optional<Throwable>> done) {
    onLoop(
        () -> outbox.sendData(header, file, position, done),
        refused -> done.accept(Optional.of(new IOException("link closed", refused))));
  }

  @Override
  public void pauseReading() {
    int order = readingOrders.incrementAndGet();
    onLoop(() -> gate.hold(order), _ -> {});
  }

  @Override
  public void resumeReading() {
    int order = readingOrders.incrementAndGet();
    onLoop(() -> gate.release(order), _ -> {});
  }

  @Override
  public void close(String reason) {
    closeReason.compareAndSet(null, reason);
    channel.close();
  }

  @Override
  public String toString() {
    return peer.role() + " " + peer.id().shortHex() + " at " + peer.address();
  }

  ReadGate gate() {
    return gate;
  }

  /** Completes, on the event loop, after the listener has been told. */
  CompletableFuture<String> down() {
    return down;
  }

  /** The handlers are in place: from now on the listener hears of this link. */
  void goUp() {
    up = true;
    LOG.debug("link with {} is up", this);
    listener.linkUp(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    silentPeriods = 0;
    if (down.isDone() || closeReason.get() != null) {
      discard(read);
      return;
    }
    switch (read) {
      case Payload p -> listener.payload(this, p.data(), p.offset(), p.slice(), p.last());
      case Ping ping -> outbox.send(new Pong(ping.nonce()));
      case Pong pong when pong.nonce() == KEEP_ALIVE_NONCE -> {}
      case PeerMessage message -> listener.message(this, message);
      default -> throw new IllegalStateException("the decoder produced " + read.getClass());
    }
  }

  private static void discard(Object read) {
    if (read instanceof Payload(_, _, ByteBuf slice, _)) {
      ReferenceCountUtil.release(slice);
    }
  }

  /** A peer that pauses its reading still pings us; only who says nothing at all is gone. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && gate.open()) {
      silentPeriods++;
      if (silentPeriods >= SILENT_PERIODS) {
        close("silent for too long");
      } else {
        outbox.send(new Ping(KEEP_ALIVE_NONCE));
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    String reason = Reasons.of(thrown);
    if (thrown instanceof IOException) {
      LOG.debug("link with {} lost: {}", this, reason);
    } else if (closeReason.get() == null) {
      LOG.warn("closing the link with {}: {}", this, reason, Reasons.unexpected(thrown));
    }
    close(reason);
  }

  private void goDown() {
    String first = closeReason.get();
    String reason = first == null ? "closed by the peer" : first;
    outbox.close(reason);
    if (up) {
      LOG.debug("link with {} is down: {}", this, reason);
      listener.linkDown(this, reason);
    }
    down.complete(reason);
  }

  private void onLoop(Runnable task, Consumer<RejectedExecutionException> refused) {
    if (loop.inEventLoop()) {
      task.run();
      return;
    }
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      refused.accept(e);
    }
  }
}
