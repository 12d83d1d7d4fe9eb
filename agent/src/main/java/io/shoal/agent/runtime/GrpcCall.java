package io.shoal.agent.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * One call of a gRPC method with one message each way, over a unix socket. HTTP/2 is Netty's, which
 * is here anyway; what gRPC adds for such a call is a prefix of five bytes and two trailers.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/v1.60.0/doc/PROTOCOL-HTTP2.md">gRPC over
 *     HTTP2</a>
 */
final class GrpcCall {

  private static final long LOOK_MILLIS = 200;
  private static final long CONNECT_MILLIS = 10_000;

  private GrpcCall() {}

  /**
   * Calls and waits for the answer.
   *
   * @param method such as {@code /package.Service/Method}
   * @param request the encoded message
   * @param stopped asked now and then whether to give up
   * @return the encoded answer
   * @throws IOException if there is no connection, or the server says no, with its reason
   */
  static byte[] send(Path socket, String method, byte[] request, BooleanSupplier stopped)
      throws IOException, InterruptedException {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Channel connection =
          done(new Bootstrap()
                  .group(loop)
                  .channel(NioDomainSocketChannel.class)
                  .handler(new Http2Initializer())
                  .connect(UnixDomainSocketAddress.of(socket)))
              .channel();
      GrpcAnswer answer = new GrpcAnswer();
      Http2StreamChannel stream =
          done(new Http2StreamChannelBootstrap(connection).handler(answer).open()).getNow();
      stream.write(new DefaultHttp2HeadersFrame(headers(method)));
      stream.writeAndFlush(new DefaultHttp2DataFrame(prefixed(request), true));
      return await(answer, stopped);
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static final class Http2Initializer extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              Http2FrameCodecBuilder.forClient().build(),
              new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
    }
  }

  private static <F extends Future<?>> F done(F future) throws IOException, InterruptedException {
    if (!future.await(CONNECT_MILLIS)) {
      throw new IOException("no connection within " + CONNECT_MILLIS / 1000 + " s");
    }
    if (!future.isSuccess()) {
      throw new IOException(String.valueOf(future.cause().getMessage()), future.cause());
    }
    return future;
  }

  private static Http2Headers headers(String method) {
    return new DefaultHttp2Headers()
        .method("POST")
        .scheme("http")
        .authority("localhost")
        .path(method)
        .set("content-type", "application/grpc")
        .set("te", "trailers");
  }

  /** Not compressed, the length, the message. */
  private static ByteBuf prefixed(byte[] message) {
    return Unpooled.wrappedBuffer(
        Unpooled.buffer(GrpcAnswer.PREFIX_BYTES).writeByte(0).writeInt(message.length),
        Unpooled.wrappedBuffer(message));
  }

  private static byte[] await(GrpcAnswer answer, BooleanSupplier stopped)
      throws IOException, InterruptedException {
    while (!stopped.getAsBoolean()) {
      try {
        return answer.message().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Look whether anybody still wants it, and wait on.
      } catch (ExecutionException e) {
        Throwable why = e.getCause() == null ? e : e.getCause();
        throw new IOException(String.valueOf(why.getMessage()), why);
      }
    }
    throw new IOException("stopped");
  }
}
