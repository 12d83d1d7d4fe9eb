package io.shoal.oci.registry;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FileRegion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends parts of a blob as their bytes become available. It asks for the next bytes only when the
 * ones before have left for the socket, so a slow client holds no memory here. Lives on the
 * connection's event loop.
 */
final class BlobSender {

  /** Long enough that a turn costs nothing beside the bytes. */
  private static final long MAX_REGION_BYTES = 64L << 20;

  /** Longer than any client rests between reads; containerd gives up after this itself. */
  private static final Duration STALL = Duration.ofMinutes(5);

  /** With TLS the bytes must come through memory. */
  private static final int TLS_READ_BYTES = 256 << 10;

  private final ChannelHandlerContext ctx;
  private final Answer.OfBlob body;
  private final Executor blocking;
  private final Consumer<Optional<Throwable>> done;
  private final boolean tls;
  private final Iterator<Answer.Section> sections;
  private final Runnable firstBytes;
  private boolean begun;
  private final ScheduledFuture<?> watch;
  private Answer.Section section;
  private long position;
  private long sentBytes;
  private boolean ended;

  /** What the connection is busy with; null while bytes are waited for. */
  private @Nullable Object leaving;

  private long takenAtLastLook = -1;

  /**
   * @param firstBytes called when the first bytes of the content are handed to the connection
   * @param blocking where files are read when they cannot leave by sendfile
   * @param done told once: empty when everything was written, else why not
   */
  BlobSender(
      ChannelHandlerContext ctx,
      Answer.OfBlob body,
      Runnable firstBytes,
      Executor blocking,
      Consumer<Optional<Throwable>> done) {
    this.firstBytes = firstBytes;
    this.ctx = ctx;
    this.body = body;
    this.blocking = blocking;
    this.done = done;
    this.sections = body.sections().iterator();
    this.section = sections.next();
    this.position = section.from();
    this.tls = ctx.pipeline().get(SslHandler.class) != null;
    this.watch =
        ctx.executor()
            .scheduleWithFixedDelay(
                this::look, STALL.toSeconds(), STALL.toSeconds(), TimeUnit.SECONDS);
  }

  /** A client that takes nothing must not hold a blob for ever. */
  private void look() {
    if (leaving == null) {
      takenAtLastLook = -1;
      return;
    }
    long taken = sentBytes();
    if (taken == takenAtLastLook) {
      end(
          Optional.of(
              new IOException("the client took nothing for " + STALL.toMinutes() + " min")));
    }
    takenAtLastLook = taken;
  }

  /** Bytes of the body that the connection has taken so far. */
  long sentBytes() {
    return sentBytes + (leaving instanceof FileRegion region ? region.transferred() : 0);
  }

  /** Begins. */
  void start() {
    head(section.head());
    step();
  }

  /** Asks for the bytes at the position; comes back here when they have been written. */
  private void step() {
    if (ended) {
      return;
    }
    while (position == section.toExclusive()) {
      if (!sections.hasNext()) {
        head(body.end());
        end(Optional.empty());
        return;
      }
      section = sections.next();
      position = section.from();
      head(section.head());
    }
    next().whenComplete((bytes, failure) -> onEventLoop(() -> send(bytes, failure)));
  }

  /** What stands between the parts; it is flushed with the bytes that follow. */
  private void head(ByteBuffer bytes) {
    if (bytes.hasRemaining()) {
      sentBytes += bytes.remaining();
      ctx.write(Unpooled.wrappedBuffer(bytes));
    }
  }

  /** The client is gone: lets go of the content, whatever is pending. */
  void abort() {
    end(Optional.of(new IOException("the client went away")));
  }

  private CompletionStage<BlobBytes> next() {
    try {
      CompletionStage<BlobBytes> bytes = body.content().next(position, section.toExclusive());
      return tls ? bytes.thenApplyAsync(BlobSender::inMemory, blocking) : bytes;
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void send(@Nullable BlobBytes bytes, @Nullable Throwable failure) {
    if (ended) {
      return;
    }
    if (bytes == null || bytes.length() <= 0) {
      end(Optional.of(failure != null ? failure : new IllegalStateException("no bytes to send")));
      return;
    }
    long left = section.toExclusive() - position;
    Object message;
    long length;
    switch (bytes) {
      case BlobBytes.InFile(var file, long at, long available) -> {
        length = Math.min(Math.min(available, left), MAX_REGION_BYTES);
        message = new SharedFileRegion(file, at, length);
      }
      case BlobBytes.InMemory(ByteBuffer buffer) -> {
        length = Math.min(buffer.remaining(), left);
        message = Unpooled.wrappedBuffer(buffer.slice(buffer.position(), Math.toIntExact(length)));
      }
    }
    if (!begun) {
      begun = true;
      firstBytes.run();
    }
    leaving = message;
    ctx.writeAndFlush(message)
        .addListener(written -> {
          if (written.isSuccess()) {
            leaving = null;
            position += length;
            sentBytes += length;
            step();
          } else {
            end(Optional.of(written.cause()));
          }
        });
  }

  private void end(Optional<Throwable> failure) {
    if (!ended) {
      ended = true;
      watch.cancel(false);
      body.content().close();
      done.accept(failure);
    }
  }

  private void onEventLoop(Runnable task) {
    if (ctx.executor().inEventLoop()) {
      task.run();
    } else {
      ctx.executor().execute(task);
    }
  }

  private static BlobBytes inMemory(BlobBytes bytes) {
    if (!(bytes instanceof BlobBytes.InFile(var file, long position, long length))) {
      return bytes;
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, TLS_READ_BYTES));
    try {
      if (file.read(buffer, position) <= 0) {
        throw new EOFException("the file ends before " + position);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BlobBytes.InMemory(buffer.flip());
  }
}
