package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerInfo;
import io.shoal.node.codec.IntegrityCodec;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.PeerMessage.Abort;
import io.shoal.swarm.message.PeerMessage.Busy;
import io.shoal.swarm.message.PeerMessage.Cancel;
import io.shoal.swarm.message.PeerMessage.Data;
import io.shoal.swarm.message.PeerMessage.Final;
import io.shoal.swarm.message.PeerMessage.Have;
import io.shoal.swarm.message.PeerMessage.HaveAll;
import io.shoal.swarm.message.PeerMessage.Join;
import io.shoal.swarm.message.PeerMessage.Leave;
import io.shoal.swarm.message.PeerMessage.Pex;
import io.shoal.swarm.message.PeerMessage.Ping;
import io.shoal.swarm.message.PeerMessage.Pong;
import io.shoal.swarm.message.PeerMessage.Ready;
import io.shoal.swarm.message.PeerMessage.Reject;
import io.shoal.swarm.message.PeerMessage.Request;
import io.shoal.swarm.message.PeerMessage.States;
import io.shoal.swarm.message.Priority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes frames; {@link FrameDecoder} reads them. */
final class FrameEncoder {

  private static final int SMALL_FRAME_BYTES = 64;

  private FrameEncoder() {}

  /** The frame of a message other than {@link Data}. */
  static ByteBuf encode(ByteBufAllocator allocator, PeerMessage message) {
    ByteBuf out = allocator.ioBuffer(SMALL_FRAME_BYTES);
    try {
      Frames.header(out, typeOf(message), flagsOf(message), torrentOf(message), 0);
      body(out, message);
      out.setInt(0, out.readableBytes() - Integer.BYTES);
      return out;
    } catch (IOException e) {
      out.release();
      throw new UncheckedIOException("writing to memory failed", e);
    } catch (RuntimeException e) {
      out.release();
      throw e;
    }
  }

  /**
   * What stands in front of a slice of payload. The first slice of an extent carries the message,
   * the others say that they continue it; so other frames fit between two slices.
   */
  static ByteBuf slice(ByteBufAllocator allocator, Data data, int offset, int sliceBytes) {
    ByteBuf out = allocator.ioBuffer(Frames.HEADER_BYTES + Frames.DATA_HEAD_BYTES);
    if (offset > 0) {
      Frames.header(out, FrameType.DATA, FrameType.Flags.CONTINUED, data.torrent(), sliceBytes);
      return out;
    }
    Frames.header(out, FrameType.DATA, 0, data.torrent(), Frames.DATA_HEAD_BYTES + sliceBytes);
    out.writeInt(data.requestId());
    out.writeInt(data.piece());
    out.writeInt(data.offset());
    out.writeInt(data.length());
    return out;
  }

  private static FrameType typeOf(PeerMessage message) {
    return switch (message) {
      case Join _ -> FrameType.JOIN;
      case Leave _ -> FrameType.LEAVE;
      case Have _, HaveAll _ -> FrameType.HAVE;
      case Request _ -> FrameType.REQUEST;
      case Data _ -> throw new IllegalArgumentException("payload is sent with sendData");
      case Busy _ -> FrameType.BUSY;
      case Ready _ -> FrameType.READY;
      case Reject _ -> FrameType.REJECT;
      case Cancel _ -> FrameType.CANCEL;
      case States _ -> FrameType.STATES;
      case Final _ -> FrameType.FINAL;
      case Abort _ -> FrameType.ABORT;
      case Pex _ -> FrameType.PEX;
      case Ping _ -> FrameType.PING;
      case Pong _ -> FrameType.PONG;
    };
  }

  private static int flagsOf(PeerMessage message) {
    return switch (message) {
      case Join join -> join.finalKnown() ? FrameType.Flags.FINAL_KNOWN : 0;
      case Leave leave -> leave.echo() ? FrameType.Flags.ECHO : 0;
      case HaveAll _ -> FrameType.Flags.ALL;
      case Request request ->
          (request.urgent() ? FrameType.Flags.URGENT : 0)
              | (request.unwanted().isPresent() ? FrameType.Flags.UNWANTED : 0)
              | (request.priority() == Priority.PREWARM ? FrameType.Flags.PREWARM : 0);
      default -> 0;
    };
  }

  private static int torrentOf(PeerMessage message) {
    int torrent = message.torrent();
    if (message instanceof Ping || message instanceof Pong) {
      return 0;
    }
    if (torrent < 0 || torrent > 0xffff) {
      throw new IllegalArgumentException("torrent number out of range: " + torrent);
    }
    return torrent;
  }

  private static void body(ByteBuf out, PeerMessage message) throws IOException {
    switch (message) {
      case Join join -> join(out, join);
      case Have have -> have.pieces().forEach(out::writeInt);
      case Request request -> request(out, request);
      case Busy busy -> out.writeInt(busy.requestId()).writeInt(busy.place());
      case Reject reject ->
          out.writeInt(reject.requestId()).writeByte(WireCodes.codeOf(reject.reason()));
      case Cancel cancel -> out.writeInt(cancel.requestId());
      case States states -> IntegrityCodec.write(states.states(), new ByteBufOutputStream(out));
      case Final last -> IntegrityCodec.write(last.metaInfo(), new ByteBufOutputStream(out));
      case Abort abort -> {
        out.writeLong(abort.epoch());
        text(out, abort.reason(), Frames.MAX_REASON_BYTES);
      }
      case Pex pex -> {
        peers(out, pex.added());
        peers(out, pex.dropped());
      }
      case Ping ping -> out.writeLong(ping.nonce());
      case Pong pong -> out.writeLong(pong.nonce());
      case Leave _, HaveAll _, Ready _, Data _ -> {}
    }
  }

  private static void join(ByteBuf out, Join join) {
    Digest digest = join.digest();
    PieceLayout layout = join.layout();
    out.writeByte(WireCodes.codeOf(digest.algorithm()));
    out.writeBytes(digest.bytes());
    out.writeLong(join.epoch());
    out.writeLong(layout.blobBytes());
    out.writeInt(layout.pieceBytes());
    out.writeInt(join.statesKnown());
    bits(out, join.have());
  }

  private static void request(ByteBuf out, Request request) {
    out.writeInt(request.requestId());
    out.writeInt(request.piece());
    out.writeInt(request.offset());
    out.writeInt(request.length());
    request.unwanted().ifPresent(unwanted -> bits(out, unwanted));
  }

  private static void bits(ByteBuf out, Bitfield field) {
    out.writeBytes(field.toBytes());
  }

  private static void peers(ByteBuf out, List<PeerInfo> peers) {
    if (peers.size() > Frames.MAX_PEX_PEERS) {
      throw new IllegalArgumentException(peers.size() + " peers in one message");
    }
    out.writeByte(peers.size());
    for (PeerInfo peer : peers) {
      out.writeLong(peer.id().high());
      out.writeLong(peer.id().low());
      out.writeByte(WireCodes.codeOf(peer.role()));
      out.writeShort(peer.address().port());
      out.writeLong(peer.locality().key());
      text(out, peer.address().host(), Frames.MAX_HOST_BYTES);
    }
  }

  private static void text(ByteBuf out, String text, int maxBytes) {
    int bytes = ByteBufUtil.utf8Bytes(text);
    if (bytes > maxBytes) {
      throw new IllegalArgumentException("text of " + bytes + " bytes, at most " + maxBytes);
    }
    out.writeShort(bytes);
    ByteBufUtil.writeUtf8(out, text);
  }
}
