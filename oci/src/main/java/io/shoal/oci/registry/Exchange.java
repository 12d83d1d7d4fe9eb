package io.shoal.oci.registry;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. Lives on the connection's event loop; the content is asked off it.
 */
final class Exchange {

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final RegistryEndpoint endpoint;
  private final ChannelHandlerContext ctx;
  private final HttpRequest request;
  private final Runnable next;
  private final @Nullable BodyStream body;
  private final long startNanos = System.nanoTime();
  private @Nullable Future<?> work;
  private @Nullable BlobSender sender;
  private int status;
  private long firstByteNanos;
  private boolean keepAlive;
  private boolean ended;

  /**
   * @param bodyDrained called on the event loop when more of the body may be read
   * @param next called when the answer is out and the connection may take the next one
   */
  Exchange(
      RegistryEndpoint endpoint,
      ChannelHandlerContext ctx,
      HttpRequest request,
      Runnable bodyDrained,
      Runnable next) {
    this.endpoint = endpoint;
    this.ctx = ctx;
    this.request = request;
    this.next = next;
    this.body =
        request.decoderResult().isSuccess() && endpoint.responder().takesBody(request)
            ? new BodyStream(
                () -> ctx.executor().execute(this::goOn), () -> ctx.executor().execute(bodyDrained))
            : null;
  }

  /** A body that nobody has read to its end must not be taken for the next request. */
  private boolean mayGoOn() {
    boolean bodyless =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    return (body == null ? bodyless : body.isComplete())
        && request.decoderResult().isSuccess()
        && HttpUtil.isKeepAlive(request);
  }

  /** The body is wanted: tells a client that waits for this to be said. */
  private void goOn() {
    if (!ended && HttpUtil.is100ContinueExpected(request)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  /** Some of the request's body; the caller keeps its own reference. */
  void content(HttpContent content) {
    if (body != null) {
      body.offer(content);
    }
  }

  /** Whether no more of the body should be read from the connection for now. */
  boolean isFull() {
    return body != null && body.isFull();
  }

  void start() {
    work = endpoint.blocking().submit(this::answer);
  }

  private void answer() {
    boolean answered = false;
    try {
      Answer answer;
      if (body == null) {
        answer = endpoint.responder().answer(request);
      } else {
        answer = endpoint.responder().answer(request, body);
        body.finish(HttpUtil.is100ContinueExpected(request));
      }
      ctx.executor().execute(() -> send(answer));
      answered = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!answered) {
        ctx.close();
      }
    }
  }

  /** The client is gone. */
  void abort() {
    if (work != null) {
      work.cancel(true);
    }
    if (body != null) {
      body.fail(new IOException("the client went away"));
    }
    if (sender != null) {
      sender.abort();
    } else {
      end(0, false);
    }
  }

  private void send(Answer answer) {
    if (ended) {
      if (answer.body() instanceof Answer.OfBlob blob) {
        blob.content().close();
      }
      return;
    }
    status = answer.status().code();
    keepAlive = mayGoOn();
    HttpUtil.setKeepAlive(answer.headers(), HttpVersion.HTTP_1_1, keepAlive);
    switch (answer.body()) {
      case Answer.Nothing _ -> sendWhole(answer, ByteBuffer.allocate(0));
      case Answer.Memory(ByteBuffer bytes) -> sendWhole(answer, bytes);
      case Answer.OfBlob blob -> {
        ctx.writeAndFlush(
            new DefaultHttpResponse(HttpVersion.HTTP_1_1, answer.status(), answer.headers()));
        sender = new BlobSender(ctx, blob, this::firstByte, endpoint.blocking(), this::blobEnded);
        sender.start();
      }
    }
  }

  private void firstByte() {
    firstByteNanos = System.nanoTime() - startNanos;
  }

  private void sendWhole(Answer answer, ByteBuffer bytes) {
    if (bytes.hasRemaining()) {
      firstByte();
    }
    ctx.writeAndFlush(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            answer.status(),
            Unpooled.wrappedBuffer(bytes),
            answer.headers(),
            EmptyHttpHeaders.INSTANCE));
    end(bytes.remaining(), true);
  }

  private void blobEnded(Optional<Throwable> failure) {
    long sentBytes = sender == null ? 0 : sender.sentBytes();
    if (failure.isEmpty()) {
      ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      end(sentBytes, true);
      return;
    }
    if (ctx.channel().isActive()) {
      // Closing before the promised length is how the client learns that this is not the blob.
      log.warn(
          "{} {} broken off after {} bytes: {}",
          request.method(),
          request.uri(),
          sentBytes,
          cause(failure.get()).toString());
      ctx.close();
    }
    end(sentBytes, false);
  }

  /** A stage wraps what went wrong before it. */
  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void end(long bodyBytes, boolean complete) {
    if (ended) {
      return;
    }
    ended = true;
    Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
    endpoint
        .observer()
        .accept(
            new Served(
                request.method().name(),
                request.uri(),
                status,
                bodyBytes,
                duration,
                Optional.of(firstByteNanos).filter(nanos -> nanos > 0).map(Duration::ofNanos),
                complete));
    if (complete && !keepAlive) {
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else if (complete) {
      next.run();
    }
  }
}
