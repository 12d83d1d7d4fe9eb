package io.shoal.node.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.rate.RateLimiter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts and makes links with other peers. Thread-safe. */
public final class PeerTransport implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeerTransport.class);

  /** Accepted connections that have not proven themselves yet. */
  private static final int MAX_STRANGERS = 256;

  private static final int BACKLOG = 1024;

  /** Unsent bytes in the kernel: enough to keep it busy, little for a message to wait behind. */
  private static final long UNSENT_LOW_WATER_BYTES = 256 << 10;

  private static final int READS_PER_TURN = 4;
  private static final int SMALLEST_READ_BYTES = 2 << 10;
  private static final int FIRST_READ_BYTES = 16 << 10;
  private static final int LARGEST_READ_BYTES = 256 << 10;
  private static final int PAGE_BYTES = 8 << 10;

  /** Arenas grow by 2 MiB. */
  private static final int CHUNK_ORDER = 8;

  private static final long STOP_SECONDS = 10;

  private final TransportConfig config;
  private final Sockets sockets;
  private final PeerId id;
  private final PeerRole role;
  private final HelloProof proof;
  private final LinkListener listener;
  private final RateLimiter upload;
  private final RateLimiter download;
  private final SecureRandom random = new SecureRandom();
  private final LinkTable table;
  private final AtomicInteger strangers = new AtomicInteger();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final ByteBufAllocator allocator;
  private final EventLoopGroup loops;
  private final int port;

  private PeerTransport(
      TransportConfig config,
      Sockets sockets,
      PeerId id,
      PeerRole role,
      HelloProof proof,
      LinkListener listener,
      RateLimiter upload,
      RateLimiter download)
      throws IOException {
    this.config = config;
    this.sockets = sockets;
    this.id = id;
    this.role = role;
    this.proof = proof;
    this.listener = listener;
    this.upload = upload;
    this.download = download;
    this.table = new LinkTable(id, config.linkCap());
    int arenas = Math.min(2, config.eventLoops());
    this.allocator =
        new PooledByteBufAllocator(
            true,
            0,
            arenas,
            PAGE_BYTES,
            CHUNK_ORDER,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            config.eventLoops(), new DefaultThreadFactory("shoal-links", true), sockets.io());
    this.port = bind();
  }

  /**
   * Binds and begins to accept links. The listener may be called before this returns.
   *
   * @param upload how fast payload may leave
   * @param download how fast bytes may come in
   * @throws IOException if the address cannot be bound
   */
  public static PeerTransport start(
      TransportConfig config,
      PeerId id,
      PeerRole role,
      HelloProof proof,
      LinkListener listener,
      RateLimiter upload,
      RateLimiter download)
      throws IOException {
    return start(config, Sockets.best(), id, role, proof, listener, upload, download);
  }

  static PeerTransport start(
      TransportConfig config,
      Sockets sockets,
      PeerId id,
      PeerRole role,
      HelloProof proof,
      LinkListener listener,
      RateLimiter upload,
      RateLimiter download)
      throws IOException {
    return new PeerTransport(config, sockets, id, role, proof, listener, upload, download);
  }

  /** The port links are accepted on. */
  public int port() {
    return port;
  }

  /** How many links are up. */
  public int linkCount() {
    return table.size();
  }

  /**
   * Makes a link to a peer. Every call ends in exactly one {@link LinkListener#linkUp} with this
   * address or one {@link LinkListener#dialFailed}.
   */
  public void dial(PeerAddress address) {
    Verdict verdict = table.dial(address);
    if (verdict != Verdict.WELCOME) {
      refuseDial(address, verdict);
    } else if (NetUtil.isValidIpV4Address(address.host())
        || NetUtil.isValidIpV6Address(address.host())) {
      connect(address);
    } else {
      // The JDK's name resolution blocks.
      Thread.ofVirtual().name("shoal-resolve").start(() -> connect(address));
    }
  }

  /**
   * Closes every link and stops accepting; returns when all linkDown calls have been made. Not to
   * be called from a listener.
   */
  @Override
  public void close() {
    table.close().forEach(link -> link.close("this process is shutting down"));
    channels.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private int bind() throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(sockets.server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(initializer(null));
    ChannelFuture bound = bootstrap.bind(config.host(), config.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
      String where = config.host() + ":" + config.port();
      throw new IOException("cannot accept peers on " + where, bound.cause());
    }
    channels.add(bound.channel());
    return ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  private void connect(PeerAddress address) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(sockets.client())
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(config.handshakeLimit().toMillis()))
            .handler(initializer(address));
    try {
      bootstrap
          .connect(new InetSocketAddress(address.host(), address.port()))
          .addListener(connected -> {
            if (!connected.isSuccess()) {
              unreachable(address, connected.cause());
            }
          });
    } catch (RejectedExecutionException e) {
      unreachable(address, e);
    }
  }

  private void unreachable(PeerAddress address, Throwable cause) {
    table.dialEnded(address);
    listener.dialFailed(address, DialFailure.UNREACHABLE, Reasons.of(cause));
  }

  private void refuseDial(PeerAddress address, Verdict verdict) {
    Runnable tell =
        () -> listener.dialFailed(address, verdict.asFailure(), "not dialled by this side");
    try {
      loops.execute(tell);
    } catch (RejectedExecutionException e) {
      tell.run();
    }
  }

  private ChannelInitializer<SocketChannel> initializer(@Nullable PeerAddress dialled) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        channels.add(channel);
        configure(channel);
        if (dialled == null && strangers.get() >= MAX_STRANGERS) {
          channel.close();
          return;
        }
        Connection connection = new Connection(dialled);
        Hello hello = Hello.fresh(id, role, port(), config.locality(), random);
        channel
            .pipeline()
            .addLast(
                new FlushConsolidationHandler(
                    FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true),
                new Handshake(dialled != null, hello, proof, config.handshakeLimit(), connection));
      }
    };
  }

  private void configure(SocketChannel channel) {
    var config = channel.config();
    config.setTcpNoDelay(true);
    config.setAllocator(allocator);
    // Grows with what comes in, so that slices of a slow peer do not hold large buffers.
    config.setRecvByteBufAllocator(
        new AdaptiveRecvByteBufAllocator(SMALLEST_READ_BYTES, FIRST_READ_BYTES, LARGEST_READ_BYTES)
            .maxMessagesPerRead(READS_PER_TURN));
    if (sockets.epoll()) {
      Duration patience = this.config.pingAfter().multipliedBy(NettyLink.SILENT_PERIODS);
      config.setOption(EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(patience.toMillis()));
      config.setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_LOW_WATER_BYTES);
    }
  }

  /** One connection from the handshake to the link. */
  private final class Connection implements Handshake.Outcome {

    private final @Nullable PeerAddress dialled;
    private @Nullable NettyLink link;
    private @Nullable NettyLink replaced;

    Connection(@Nullable PeerAddress dialled) {
      this.dialled = dialled;
      if (dialled == null) {
        strangers.incrementAndGet();
      }
    }

    @Override
    public Verdict admit(Channel channel, Hello remote) {
      PeerAddress address = dialled == null ? sourceOf(channel, remote) : dialled;
      PeerInfo peer = new PeerInfo(remote.id(), address, remote.role(), remote.locality());
      NettyLink candidate =
          new NettyLink(channel, peer, dialled != null, listener, upload, download);
      LinkTable.Admission admission = table.admit(candidate);
      if (admission.verdict() == Verdict.WELCOME) {
        link = candidate;
        replaced = admission.replaced();
      }
      return admission.verdict();
    }

    @Override
    public void proven(Channel channel) {
      NettyLink link = Objects.requireNonNull(this.link);
      if (dialled == null) {
        strangers.decrementAndGet();
      }
      link.down().thenRun(() -> table.remove(link));
      if (replaced == null) {
        goUp(channel, link);
      } else {
        channel.config().setAutoRead(false);
        replaced.close("replaced by another connection with the same peer");
        replaced.down().thenRun(() -> channel.eventLoop().execute(() -> goUp(channel, link)));
      }
    }

    @Override
    public void failed(DialFailure failure, String detail) {
      if (dialled == null) {
        strangers.decrementAndGet();
        LOG.debug("a connection did not become a link: {}: {}", failure, detail);
      } else {
        table.dialEnded(dialled);
        listener.dialFailed(dialled, failure, detail);
      }
    }

    private void goUp(Channel channel, NettyLink link) {
      if (!channel.isActive()) {
        if (dialled != null) {
          failed(DialFailure.HANDSHAKE, "closed by the peer after the handshake");
        }
        return;
      }
      if (dialled != null) {
        table.dialEnded(dialled);
      }
      long pingNanos = config.pingAfter().toNanos();
      channel
          .pipeline()
          .addLast(
              link.gate(),
              new IdleStateHandler(pingNanos, 0, 0, TimeUnit.NANOSECONDS),
              new FrameDecoder(),
              link);
      link.goUp();
      channel.pipeline().remove(Handshake.class); // hands on what was read behind the proof
    }

    private static PeerAddress sourceOf(Channel channel, Hello remote) {
      InetSocketAddress source = (InetSocketAddress) channel.remoteAddress();
      return new PeerAddress(source.getAddress().getHostAddress(), remote.listenPort());
    }
  }
}
