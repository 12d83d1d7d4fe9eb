package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A message written to a frame and read from it again, through Netty's pipeline. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameCodecBenchmark {

  private static final int TORRENT = 7;
  private static final PieceLayout LAYOUT = new PieceLayout(4096L << 20, 1 << 20);

  private final EmbeddedChannel link = new EmbeddedChannel(new FrameDecoder());
  private final PeerMessage have = new PeerMessage.Have(TORRENT, List.of(1, 5, 1000, 4095));
  private final PeerMessage request =
      new PeerMessage.Request(
          TORRENT, 1, 77, 0, 1 << 20, false, Optional.empty(), Priority.ON_DEMAND);
  private final PeerMessage any =
      new PeerMessage.Request(
          TORRENT,
          2,
          PeerMessage.ANY,
          0,
          0,
          false,
          Optional.of(new Bitfield(LAYOUT.pieceCount())),
          Priority.ON_DEMAND);

  @Setup
  public void join() {
    Digest digest = Digest.sha256Of(new byte[0]);
    Bitfield none = new Bitfield(LAYOUT.pieceCount());
    through(new PeerMessage.Join(TORRENT, digest, 1, LAYOUT, 0, false, none));
  }

  @Benchmark
  public Object have() {
    return through(have);
  }

  @Benchmark
  public Object request() {
    return through(request);
  }

  /** Names what the origin need not send: 512 bytes of bits. */
  @Benchmark
  public Object requestOfAnyPiece() {
    return through(any);
  }

  private Object through(PeerMessage message) {
    ByteBuf frame = FrameEncoder.encode(PooledByteBufAllocator.DEFAULT, message);
    link.writeInbound(frame);
    Object read = link.readInbound();
    if (!message.equals(read)) {
      throw new IllegalStateException(message + " came back as " + read);
    }
    return read;
  }
}
