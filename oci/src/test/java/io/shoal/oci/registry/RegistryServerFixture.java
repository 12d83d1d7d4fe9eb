package io.shoal.oci.registry;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.shoal.oci.upstream.Settings;
import io.shoal.oci.upstream.UpstreamsConfig;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The endpoint on a real socket, with a service behind it that answers the rest a moment later. */
final class RegistryServerFixture implements AutoCloseable {

  private static final UpstreamsConfig UPSTREAMS =
      Settings.upstreams("{docker.io: {catalog: true, deny: [no/*]}}");

  final FakeContent content = new FakeContent();
  final BlockingQueue<Served> served = new LinkedBlockingQueue<>();
  private final RegistryEndpoint endpoint =
      new RegistryEndpoint(content, UPSTREAMS.names(), true, served::add);
  private final EventLoopGroup group = new NioEventLoopGroup(2);
  private final Channel server;

  RegistryServerFixture(boolean autoRead) throws InterruptedException {
    server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, autoRead)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec(), endpoint.newHandler(), new Behind());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    endpoint.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Like a framework: reads when it wants to, answers not before its next turn. */
  private static final class Behind extends SimpleChannelInboundHandler<HttpObject> {

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
      if (message instanceof LastHttpContent) {
        ctx.executor().schedule(() -> answer(ctx), 5, TimeUnit.MILLISECONDS);
      } else {
        ctx.read();
      }
    }

    private static void answer(ChannelHandlerContext ctx) {
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.OK,
              Unpooled.copiedBuffer("behind", StandardCharsets.UTF_8));
      HttpUtil.setContentLength(response, 6);
      ctx.writeAndFlush(response);
      ctx.read();
    }
  }
}
