package io.shoal.agent.runtime;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that speaks gRPC as containerd does, and says what a test wants. */
final class FakeCri implements AutoCloseable {

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<String> paths = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();
  private volatile Map<String, String> trailers = Map.of("grpc-status", "0");
  private volatile byte[] answer = HexFormat.of().parseHex("0000000000");
  private volatile boolean answers = true;

  private FakeCri() {}

  static FakeCri at(Path socket) throws InterruptedException {
    FakeCri fake = new FakeCri();
    new ServerBootstrap()
        .group(fake.loop)
        .channel(NioServerDomainSocketChannel.class)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        Http2FrameCodecBuilder.forServer().build(),
                        new Http2MultiplexHandler(
                            new ChannelInitializer<Channel>() {
                              @Override
                              protected void initChannel(Channel stream) {
                                stream.pipeline().addLast(fake.new Service());
                              }
                            }));
              }
            })
        .bind(UnixDomainSocketAddress.of(socket))
        .sync();
    return fake;
  }

  private final class Service extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      if (frame instanceof Http2HeadersFrame headers) {
        paths.add(headers.headers().path().toString());
      } else if (frame instanceof Http2DataFrame data) {
        byte[] bytes = new byte[data.content().readableBytes()];
        data.content().readBytes(bytes);
        requests.add(bytes);
        if (answers) {
          answer(context);
        }
      }
      ReferenceCountUtil.release(frame);
    }

    private void answer(ChannelHandlerContext context) {
      context.write(
          new DefaultHttp2HeadersFrame(
              new DefaultHttp2Headers().status("200").set("content-type", "application/grpc")));
      context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(answer)));
      Http2Headers end = new DefaultHttp2Headers();
      trailers.forEach(end::set);
      context.writeAndFlush(new DefaultHttp2HeadersFrame(end, true));
    }
  }

  /** The path of the next call; waits for it. */
  String path() throws InterruptedException {
    return paths.take();
  }

  /** What the next call said; waits for it. */
  byte[] request() throws InterruptedException {
    return requests.take();
  }

  /** How many calls nobody has looked at. */
  int unseen() {
    return requests.size();
  }

  void answers(byte[] bytes) {
    answer = bytes;
  }

  void saysAtTheEnd(Map<String, String> headers) {
    trailers = headers;
  }

  /** From now on it takes calls and never answers. */
  void hangs() {
    answers = false;
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
