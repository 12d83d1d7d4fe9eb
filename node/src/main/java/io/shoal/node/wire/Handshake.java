package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The start of a connection. Both sides say HELLO; then the dialler proves the secret, and only to
 * who has done that the acceptor proves it too, together with its verdict. Until then nothing but
 * these two frames of fixed length is read.
 *
 * <p>A proof is an HMAC over which side makes it, its verdict, the dialler's HELLO and the
 * acceptor's HELLO. Both hold a fresh nonce, so that no proof can be used twice, and as the two
 * sides prove different texts none can be sent back to who made it.
 */
final class Handshake extends ByteToMessageDecoder {

  /** What becomes of a connection; called on its event loop. */
  interface Outcome {
    /** The other side has proven itself: is there room for it? */
    Verdict admit(Channel channel, Hello remote);

    /** Called once after a welcome: both have proven themselves. */
    void proven(Channel channel);

    /** Called once instead of {@link #proven}: the connection is being closed. */
    void failed(DialFailure failure, String detail);
  }

  private static final int PROOF_BODY_BYTES = 1 + HelloProof.BYTES;
  private static final long HELLO_HEADER = header(FrameType.HELLO, Hello.BYTES);
  private static final long PROOF_HEADER = header(FrameType.PROOF, PROOF_BODY_BYTES);

  private final boolean dialler;
  private final Hello own;
  private final HelloProof proof;
  private final Duration limit;
  private final Outcome outcome;

  private @Nullable Hello remote;
  private @Nullable Future<?> timeout;
  private boolean finished;

  Handshake(boolean dialler, Hello own, HelloProof proof, Duration limit, Outcome outcome) {
    this.dialler = dialler;
    this.own = own;
    this.proof = proof;
    this.limit = limit;
    this.outcome = outcome;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> fail(ctx, DialFailure.HANDSHAKE, "no proof within " + limit),
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
    ByteBuf hello = ctx.alloc().ioBuffer(Frames.HEADER_BYTES + Hello.BYTES);
    hello.writeLong(HELLO_HEADER).writeBytes(own.body().duplicate());
    ctx.writeAndFlush(hello);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws ProtocolException {
    if (finished) {
      return; // what follows is for who takes over
    }
    if (remote == null) {
      if (complete(in, HELLO_HEADER, Hello.BYTES)) {
        greeted(ctx, Hello.read(in));
      }
    } else if (complete(in, PROOF_HEADER, PROOF_BODY_BYTES)) {
      proof(ctx, in, remote);
    }
  }

  private void proof(ChannelHandlerContext ctx, ByteBuf in, Hello remote) throws ProtocolException {
    Verdict verdict = Verdict.of(in.readUnsignedByte());
    byte[] mac = new byte[HelloProof.BYTES];
    in.readBytes(mac);
    if (!MessageDigest.isEqual(mac, proof.of(transcript(!dialler, remote, verdict)))) {
      fail(ctx, DialFailure.SECRET, "the peer does not know this cluster's secret");
    } else if (verdict != Verdict.WELCOME) {
      fail(ctx, verdict.asFailure(), "refused by the peer");
    } else {
      decide(ctx, remote);
    }
  }

  private void greeted(ChannelHandlerContext ctx, Hello remote) {
    this.remote = remote;
    if (remote.id().equals(own.id())) {
      fail(ctx, DialFailure.SELF, "the address is our own");
    } else if (dialler) {
      prove(ctx, remote, Verdict.WELCOME);
    }
  }

  private void decide(ChannelHandlerContext ctx, Hello remote) {
    Verdict verdict = outcome.admit(ctx.channel(), remote);
    finish();
    if (!dialler) {
      prove(ctx, remote, verdict);
    }
    if (verdict == Verdict.WELCOME) {
      outcome.proven(ctx.channel());
    } else {
      if (dialler) {
        ctx.close();
      }
      outcome.failed(verdict.asFailure(), "refused by this side");
    }
  }

  private void prove(ChannelHandlerContext ctx, Hello remote, Verdict verdict) {
    byte[] mac = proof.of(transcript(dialler, remote, verdict));
    ByteBuf frame = ctx.alloc().ioBuffer(Frames.HEADER_BYTES + PROOF_BODY_BYTES);
    frame.writeLong(PROOF_HEADER).writeByte(verdict.code()).writeBytes(mac);
    var written = ctx.writeAndFlush(frame);
    if (verdict != Verdict.WELCOME) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private byte[] transcript(boolean byDialler, Hello remote, Verdict verdict) {
    ByteBuffer text = ByteBuffer.allocate(2 + 2 * Hello.BYTES);
    text.put((byte) (byDialler ? 0 : 1)).put((byte) verdict.code());
    text.put((dialler ? own : remote).body().duplicate());
    text.put((dialler ? remote : own).body().duplicate());
    return text.array();
  }

  /** Whether the frame is there as a whole; anything else than this frame is refused at once. */
  private static boolean complete(ByteBuf in, long header, int bodyBytes) throws ProtocolException {
    if (in.readableBytes() < Frames.HEADER_BYTES) {
      return false;
    }
    if (in.getLong(in.readerIndex()) != header) {
      throw new ProtocolException("something else than HELLO or PROOF before the proof");
    }
    if (in.readableBytes() < Frames.HEADER_BYTES + bodyBytes) {
      return false;
    }
    in.skipBytes(Frames.HEADER_BYTES);
    return true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    fail(ctx, DialFailure.HANDSHAKE, Reasons.of(thrown));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    // Who gets a proof it cannot check closes without a word: most likely the secrets differ.
    boolean proofSent = dialler && remote != null;
    fail(
        ctx,
        proofSent ? DialFailure.SECRET : DialFailure.HANDSHAKE,
        "closed by the peer in the handshake" + (proofSent ? " after our proof" : ""));
  }

  private void fail(ChannelHandlerContext ctx, DialFailure failure, String detail) {
    if (!finished) {
      finish();
      ctx.close();
      outcome.failed(failure, detail);
    }
  }

  private void finish() {
    finished = true;
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  private static long header(FrameType type, int bodyBytes) {
    return ((long) (Frames.COUNTED_HEADER_BYTES + bodyBytes) << 32) | ((long) type.code() << 24);
  }
}
