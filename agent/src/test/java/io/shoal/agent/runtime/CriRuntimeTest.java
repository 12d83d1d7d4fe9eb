package io.shoal.agent.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.shoal.core.reference.ImageReference;
import io.shoal.oci.upstream.Login;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that speaks gRPC as containerd does. */
@Timeout(60)
class CriRuntimeTest {

  private static final ImageReference IMAGE = ImageReference.parse("quay.io/org/app:1");

  @TempDir private Path dir;

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<String> paths = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();
  private Map<String, String> trailers = Map.of("grpc-status", "0");
  private byte[] answer = HexFormat.of().parseHex("0000000000");
  private boolean answers = true;
  private CriRuntime runtime;

  @BeforeEach
  void start() throws Exception {
    Path socket = dir.resolve("cri.sock");
    new ServerBootstrap()
        .group(loop)
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
                                stream.pipeline().addLast(new Service());
                              }
                            }));
              }
            })
        .bind(UnixDomainSocketAddress.of(socket))
        .sync();
    runtime = new CriRuntime(socket);
  }

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
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

  private static RuntimePull pull(Optional<Login> login, AtomicBoolean stopped) {
    return new RuntimePull(IMAGE, Optional.empty(), login, stopped::get);
  }

  @Test
  void asksForTheImageByItsName() throws Exception {
    runtime.pull(pull(Optional.empty(), new AtomicBoolean()));
    assertThat(paths.take()).isEqualTo("/runtime.v1.ImageService/PullImage");
    // protoc --encode of image { image: "quay.io/org/app:1" }, after the prefix
    assertThat(HexFormat.of().formatHex(requests.take()))
        .isEqualTo(
            "0000000015"
                + "0a130a11"
                + HexFormat.of().formatHex("quay.io/org/app:1".getBytes(UTF_8)));
  }

  @Test
  void showsTheLoginOnItsSocketOnly() throws Exception {
    Path password = Files.writeString(dir.resolve("password"), "secret\n");
    runtime.pull(pull(Optional.of(new Login("bob", password)), new AtomicBoolean()));
    assertThat(HexFormat.of().formatHex(requests.take()))
        .endsWith(
            "120d"
                + "0a03"
                + HexFormat.of().formatHex("bob".getBytes(UTF_8))
                + "1206"
                + HexFormat.of().formatHex("secret".getBytes(UTF_8)));
  }

  @Test
  void passesContainerdsReasonOn() {
    trailers = Map.of("grpc-status", "5", "grpc-message", "no such image: 50%25 + more");
    answer = new byte[0];
    assertThatThrownBy(() -> runtime.pull(pull(Optional.empty(), new AtomicBoolean())))
        .isInstanceOf(NodeRuntimeException.class)
        .hasMessageContaining("no such image: 50% + more");
  }

  @Test
  void doesNotTakeTwoMessagesOrHalfAOneForAnAnswer() {
    for (String hex : new String[] {"", "00000000050a03", "00000000000000000000", "0100000000"}) {
      answer = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> runtime.pull(pull(Optional.empty(), new AtomicBoolean())))
          .hasMessageContaining("not one message");
    }
  }

  @Test
  void givesUpWhenNobodyWantsTheImageAnyLonger() {
    answers = false;
    AtomicBoolean stopped = new AtomicBoolean();
    Thread.ofVirtual()
        .start(() -> {
          try {
            requests.take();
            stopped.set(true);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThatThrownBy(() -> runtime.pull(pull(Optional.empty(), stopped)))
        .hasMessageContaining("stopped");
  }

  @Test
  void saysThatNobodyListens() {
    CriRuntime gone = new CriRuntime(dir.resolve("gone.sock"));
    assertThatThrownBy(() -> gone.pull(pull(Optional.empty(), new AtomicBoolean())))
        .isInstanceOf(NodeRuntimeException.class)
        .hasMessageContaining("gone.sock");
  }

  @Test
  void refusesAnotherPlatform() {
    assertThatThrownBy(() -> runtime.check(IMAGE, Optional.of("linux/arm64")))
        .hasMessageContaining("leave out --platform");
  }
}
