package io.shoal.cli.bench.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FileRegion;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.client.cluster.SigningKeyFile;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.store.BlobStore;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import io.shoal.oci.registry.Answer;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import io.shoal.oci.registry.RegistryEndpoint;
import io.shoal.oci.registry.RequestResponder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * How long a piece that has just been attested at a reader's cursor waits until its bytes are
 * handed to the reader's channel. A blob arrives as fast as it can be hashed; store, torrent and
 * registry endpoint are the real ones, the channel is Netty's in memory, which is always writable.
 */
public final class Handover {

  private static final long PATIENCE_SECONDS = 120;
  private static final long QUIET_MILLIS = 100;

  private final long blobBytes;

  /** Completes when the reader waits for the first piece. */
  private CompletableFuture<Void> asked = new CompletableFuture<>();

  /** Nanoseconds of every piece that was waited for; touched by the reader's event loop only. */
  private final List<Long> delays = new ArrayList<>();

  /** When the piece was attested that comes next; 0 if it was there before it was asked for. */
  private volatile long attestedNanos;

  private Handover(long blobBytes) {
    this.blobBytes = blobBytes;
  }

  /**
   * Measures.
   *
   * @param folder to work in
   * @param blobBytes length of a blob, a whole number of 256 KiB
   * @param rounds how many blobs, after a first one to get warm
   * @return nanoseconds, in any order; never empty
   */
  public static List<Long> measure(Path folder, long blobBytes, int rounds) throws Exception {
    ClusterFolder files = ClusterFolder.init(folder.resolve("cluster"));
    OriginSigner signer = new OriginSigner(SigningKeyFile.read(files.signingKey()));
    Handover handover = new Handover(blobBytes);
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());
    try (BlobStore store = Stores.open(folder.resolve("arriving"));
        SwarmNode node = Stores.origin(ClusterFile.read(files.clusterFile()), signer, store)) {
      handover.round(node, loops, 0);
      handover.delays.clear();
      for (int round = 1; round <= rounds; round++) {
        handover.round(node, loops, round);
      }
    } finally {
      // Not at once: a channel tells its other end, on another loop, that it is closed.
      loops.shutdownGracefully(QUIET_MILLIS, 1000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
    return List.copyOf(handover.delays);
  }

  private void round(SwarmNode node, EventLoopGroup loops, int seed) throws Exception {
    Torrent torrent = Sender.inject(node, blobBytes, seed);
    asked = new CompletableFuture<>();
    try (RegistryEndpoint endpoint = new RegistryEndpoint(new Responder(torrent), _ -> {})) {
      CompletableFuture<Void> read = read(loops, endpoint);
      asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      Sender.feed(torrent, seed);
      read.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      torrent.release();
    }
  }

  /** Starts a reader of the whole blob. */
  private CompletableFuture<Void> read(EventLoopGroup loops, RegistryEndpoint endpoint)
      throws InterruptedException {
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(LocalServerChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Watch(), endpoint.newHandler());
                  }
                })
            .bind(LocalAddress.ANY)
            .sync()
            .channel();
    CompletableFuture<Void> read = new CompletableFuture<>();
    Channel client =
        new Bootstrap()
            .group(loops)
            .channel(LocalChannel.class)
            .handler(new Reader(read))
            .connect(server.localAddress())
            .sync()
            .channel();
    client.writeAndFlush(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/blob"));
    return read;
  }

  /** Sees what is handed to the channel. */
  private final class Watch extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      long since = attestedNanos;
      if (message instanceof FileRegion && since != 0) {
        delays.add(System.nanoTime() - since);
        attestedNanos = 0;
      }
      ctx.write(message, promise);
    }
  }

  private static final class Reader extends SimpleChannelInboundHandler<Object> {
    private final CompletableFuture<Void> read;

    Reader(CompletableFuture<Void> read) {
      this.read = read;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object message) {
      if (message instanceof LastHttpContent) {
        read.complete(null);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      read.completeExceptionally(new IllegalStateException("the answer was broken off"));
    }
  }

  private final class Responder implements RequestResponder {
    private final Torrent torrent;

    Responder(Torrent torrent) {
      this.torrent = torrent;
    }

    @Override
    public boolean claims(String uri) {
      return true;
    }

    @Override
    public Answer answer(HttpRequest request) {
      HttpHeaders headers = new DefaultHttpHeaders();
      headers.set(HttpHeaderNames.CONTENT_LENGTH, blobBytes);
      return new Answer(
          HttpResponseStatus.OK, headers, Answer.part(new Arriving(torrent), 0, blobBytes));
    }
  }

  /** As the agent reads a blob that arrives. */
  private final class Arriving implements BlobContent {
    private final Torrent torrent;

    Arriving(Torrent torrent) {
      this.torrent = torrent;
    }

    @Override
    public long blobBytes() {
      return blobBytes;
    }

    @Override
    public CompletionStage<BlobBytes> next(long from, long toExclusive) {
      CompletionStage<Long> servable = torrent.servable(from);
      boolean waits = !servable.toCompletableFuture().isDone();
      CompletionStage<BlobBytes> bytes =
          servable.thenApply(end -> {
            attestedNanos = waits ? System.nanoTime() : 0;
            return new BlobBytes.InFile(torrent.channel(), from, Math.min(end, toExclusive) - from);
          });
      asked.complete(null);
      return bytes;
    }

    @Override
    public void close() {}
  }
}
