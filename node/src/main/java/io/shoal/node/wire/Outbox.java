package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.shoal.core.content.PieceLayout;
import io.shoal.node.rate.RateLimiter;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.PeerMessage.Data;
import io.shoal.swarm.message.PeerMessage.Leave;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What leaves on one connection. Payload goes slice by slice, the next one when the kernel has
 * taken the one before, each paid for at the rate limiter; messages go between the slices, so that
 * none of them waits for a whole extent. Confined to the event loop.
 */
final class Outbox {

  /** Extents waiting for others on this connection; a peer cannot ask for nearly as many. */
  private static final int MAX_QUEUED = 256;

  /** Messages the kernel has not taken: a peer that asks but does not read is cut off. */
  private static final int MAX_UNSENT_BYTES = 8 << 20;

  private static final int MAX_SLICE_BYTES = 256 << 10;
  private static final long PETTY_NANOS = 1_000_000;

  private sealed interface Queued {}

  private record Extent(
      Data header, FileChannel file, long position, Consumer<Optional<Throwable>> done)
      implements Queued {

    void failed(Throwable reason) {
      done.accept(Optional.of(reason));
    }
  }

  /** Must not overtake the payload of the torrent it leaves. */
  private record Farewell(Leave leave) implements Queued {}

  private final Channel channel;
  private final RateLimiter limiter;
  private final Consumer<String> breakOff;
  private final Queue<Queued> queue = new ArrayDeque<>();

  private @Nullable Extent current;
  private int currentSent;
  private int unsentBytes;
  private boolean closed;

  /**
   * An empty outbox.
   *
   * @param breakOff closes the connection, with a reason
   */
  Outbox(Channel channel, RateLimiter limiter, Consumer<String> breakOff) {
    this.channel = channel;
    this.limiter = limiter;
    this.breakOff = breakOff;
  }

  void send(PeerMessage message) {
    if (closed) {
      return;
    }
    if (message instanceof Leave leave && !leave.echo() && current != null) {
      enqueue(new Farewell(leave));
    } else {
      write(message);
    }
  }

  void sendData(Data header, FileChannel file, long position, Consumer<Optional<Throwable>> done) {
    Extent extent = new Extent(header, file, position, done);
    if (closed) {
      extent.failed(new ClosedChannelException());
    } else if (queue.size() >= MAX_QUEUED) {
      extent.failed(new IOException(MAX_QUEUED + " extents are waiting on this link"));
    } else {
      queue.add(extent);
      advance();
    }
  }

  /** The connection is gone: nothing is sent any more, and everybody waiting is told. */
  void close(String reason) {
    closed = true;
    IOException failure = new IOException("link closed: " + reason);
    Extent cut = current;
    current = null;
    if (cut != null) {
      cut.failed(failure);
    }
    for (Queued waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
      if (waiting instanceof Extent extent) {
        extent.failed(failure);
      }
    }
  }

  private void enqueue(Farewell farewell) {
    if (queue.size() >= 2 * MAX_QUEUED) {
      breakOff.accept("too many torrents left at once");
    } else {
      queue.add(farewell);
    }
  }

  private void write(PeerMessage message) {
    ByteBuf frame = FrameEncoder.encode(channel.alloc(), message);
    int bytes = frame.readableBytes();
    if (unsentBytes + bytes > MAX_UNSENT_BYTES) {
      frame.release();
      breakOff.accept("the peer does not read what it is sent");
      return;
    }
    unsentBytes += bytes;
    channel.writeAndFlush(frame).addListener(_ -> unsentBytes -= bytes);
  }

  private void advance() {
    while (current == null) {
      switch (queue.poll()) {
        case null -> {
          return;
        }
        case Farewell farewell -> write(farewell.leave());
        case Extent extent -> begin(extent);
      }
    }
  }

  /** Once the first slice is out only closing the link can take the extent back: look first. */
  private void begin(Extent extent) {
    int length = extent.header().length();
    if (length < 1 || length > PieceLayout.EXTENT_BYTES) {
      extent.failed(new IllegalArgumentException("extent of " + length + " bytes"));
      return;
    }
    try {
      if (extent.file().size() < extent.position() + length) {
        extent.failed(new IOException("the file ends before the extent"));
        return;
      }
    } catch (IOException e) {
      extent.failed(e);
      return;
    }
    current = extent;
    currentSent = 0;
    nextSlice(extent);
  }

  private void nextSlice(Extent extent) {
    int left = extent.header().length() - currentSent;
    int bytes = Math.min(left, limiter.sliceBytes(MAX_SLICE_BYTES));
    long waitNanos = limiter.take(bytes);
    if (waitNanos <= PETTY_NANOS) {
      writeSlice(extent, bytes);
    } else {
      channel
          .eventLoop()
          .schedule(() -> writeSlice(extent, bytes), waitNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void writeSlice(Extent extent, int bytes) {
    if (closed) {
      return; // while the rate limit was waited for
    }
    channel.write(FrameEncoder.slice(channel.alloc(), extent.header(), currentSent, bytes));
    channel
        .writeAndFlush(new SharedFileRegion(extent.file(), extent.position() + currentSent, bytes))
        .addListener((ChannelFuture written) -> sliceWritten(extent, bytes, written));
  }

  private void sliceWritten(Extent extent, int bytes, ChannelFuture written) {
    if (closed) {
      return;
    }
    if (!written.isSuccess()) {
      breakOff.accept("sending payload failed: " + Reasons.of(written.cause()));
      return;
    }
    currentSent += bytes;
    if (currentSent < extent.header().length()) {
      nextSlice(extent);
    } else {
      current = null;
      extent.done().accept(Optional.empty());
      advance();
    }
  }
}
