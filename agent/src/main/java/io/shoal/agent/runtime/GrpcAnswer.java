package io.shoal.agent.runtime;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Collects the answer of one call. Used by one event loop; the future by anybody. */
final class GrpcAnswer extends ChannelInboundHandlerAdapter {

  /** A flag and the message's length stand before each message. */
  static final int PREFIX_BYTES = 5;

  private static final int MAX_BYTES = 1 << 20;

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> message = new CompletableFuture<>();

  /** Completes with the message; fails with the server's reason. */
  CompletableFuture<byte[]> message() {
    return message;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) {
    try {
      switch (frame) {
        case Http2HeadersFrame headers -> {
          if (headers.isEndStream()) {
            end(headers.headers());
          } else if (!"200".contentEquals(text(headers.headers().status(), "none"))) {
            fail("HTTP status " + headers.headers().status());
          }
        }
        case Http2DataFrame data -> {
          if (content.size() + data.content().readableBytes() > MAX_BYTES) {
            fail("an answer of more than 1 MiB");
            context.close();
            return;
          }
          byte[] bytes = new byte[data.content().readableBytes()];
          data.content().readBytes(bytes);
          content.writeBytes(bytes);
        }
        case Http2ResetFrame reset -> fail("the call was broken off, error " + reset.errorCode());
        default -> {}
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void end(Http2Headers trailers) {
    String status = text(trailers.get("grpc-status"), "none");
    if (!status.equals("0")) {
      String reason = text(trailers.get("grpc-message"), "gRPC status " + status);
      // Percent-encoded, in which a plus is a plus.
      fail(URLDecoder.decode(reason.replace("+", "%2B"), StandardCharsets.UTF_8));
      return;
    }
    byte[] bytes = content.toByteArray();
    if (bytes.length < PREFIX_BYTES
        || bytes[0] != 0
        || ByteBuffer.wrap(bytes).getInt(1) != bytes.length - PREFIX_BYTES) {
      fail("an answer that is not one message");
      return;
    }
    message.complete(Arrays.copyOfRange(bytes, PREFIX_BYTES, bytes.length));
  }

  private static String text(@Nullable CharSequence value, String otherwise) {
    return value == null ? otherwise : value.toString();
  }

  private void fail(String reason) {
    message.completeExceptionally(new IOException(reason));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail("the connection ended before the answer");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    message.completeExceptionally(cause);
    context.close();
  }
}
