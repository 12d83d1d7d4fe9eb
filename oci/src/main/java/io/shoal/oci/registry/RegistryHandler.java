package io.shoal.oci.registry;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a registry's requests out of an HTTP/1.1 connection that it shares with the handler behind
 * it, and keeps the order of answers: a request waits until those before it are answered, whichever
 * of the two answers them. While a request waits, little more is read from the connection; while
 * one is being answered and none waits, reading goes on, because that is how a client's going away
 * is noticed.
 */
final class RegistryHandler extends ChannelDuplexHandler {

  private static final Logger log = LoggerFactory.getLogger(RegistryHandler.class);

  /** More than fits into one read is not pipelining any more. */
  private static final int MAX_WAITING = 8192;

  private final RegistryEndpoint endpoint;
  private final Queue<Object> waiting = new ArrayDeque<>();
  private @Nullable Exchange current;
  private int passedOn;
  private boolean bodyIsOurs;
  private boolean passedInThisRead;
  private boolean readIsDue;

  RegistryHandler(RegistryEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (waiting.isEmpty() && mayHandle(message)) {
      handle(ctx, message);
    } else if (waiting.size() < MAX_WAITING) {
      waiting.add(message);
    } else {
      ReferenceCountUtil.release(message);
      ctx.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    boolean passed = passedInThisRead;
    passedInThisRead = false;
    if (passed || !bodyIsOurs) {
      ctx.fireChannelReadComplete();
    }
    if (bodyIsOurs) {
      read(ctx);
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    readIsDue = !waiting.isEmpty() || (current != null && current.isFull());
    if (!readIsDue) {
      ctx.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(message, promise);
    if (passedOn > 0 && message instanceof LastHttpContent && !isInformational(message)) {
      passedOn--;
      // Not within the other handler's write: it may still want to close the connection.
      ctx.executor().execute(() -> resume(ctx));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    abandon();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    abandon();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // A connection that is busy with a long answer is not idle, though nothing is read from it.
    if (!(event instanceof IdleStateEvent && current != null)) {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (passedOn > 0) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    if (cause instanceof DecoderException) {
      // What came is no TLS or HTTP, or a client that does not believe our certificate.
      log.warn("connection from {} closed: {}", ctx.channel().remoteAddress(), innermost(cause));
    } else if (!(cause instanceof IOException)) {
      log.warn("connection from {} closed", ctx.channel().remoteAddress(), cause);
    }
    ctx.close();
  }

  private static String innermost(Throwable failure) {
    Throwable last = failure;
    for (Throwable next = failure.getCause(); next != null; next = next.getCause()) {
      last = next;
    }
    return last.toString();
  }

  /** Whether the order of answers allows to handle this message now. */
  private boolean mayHandle(Object message) {
    if (!(message instanceof HttpRequest request)) {
      // The rest of a request whose head was handled.
      return true;
    }
    return current == null && (passedOn == 0 || !isOurs(request));
  }

  private void handle(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request) {
      bodyIsOurs = isOurs(request);
      if (bodyIsOurs) {
        current = new Exchange(endpoint, ctx, request, () -> drained(ctx), () -> answered(ctx));
        current.start();
      } else {
        passedOn++;
      }
    }
    if (bodyIsOurs) {
      if (current != null && message instanceof HttpContent content) {
        current.content(content);
      }
      ReferenceCountUtil.release(message);
    } else {
      passedInThisRead = true;
      ctx.fireChannelRead(message);
    }
  }

  /** There is room again for what an upload sends. */
  private void drained(ChannelHandlerContext ctx) {
    if (readIsDue) {
      read(ctx);
    }
  }

  private void answered(ChannelHandlerContext ctx) {
    current = null;
    resume(ctx);
  }

  private void resume(ChannelHandlerContext ctx) {
    if (waiting.isEmpty()) {
      return;
    }
    while (!waiting.isEmpty() && mayHandle(waiting.element())) {
      handle(ctx, waiting.remove());
    }
    boolean readIsStillDue = readIsDue && !bodyIsOurs;
    channelReadComplete(ctx);
    if (readIsStillDue) {
      read(ctx);
    }
  }

  private void abandon() {
    if (current != null) {
      Exchange exchange = current;
      current = null;
      exchange.abort();
    }
    while (!waiting.isEmpty()) {
      ReferenceCountUtil.release(waiting.remove());
    }
  }

  private boolean isOurs(HttpRequest request) {
    return request.decoderResult().isFailure() || endpoint.responder().claims(request.uri());
  }

  private static boolean isInformational(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }
}
