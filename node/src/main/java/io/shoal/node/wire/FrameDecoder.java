package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.PeerMessage.Data;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one peer into messages and slices of payload. Every length is checked when the
 * header is there, before the body is waited for; payload is never collected. After the first
 * mistake nothing more is read.
 */
final class FrameDecoder extends ByteToMessageDecoder {

  private final MessageReader reader = new MessageReader();

  /** The extent whose payload is under way: its slices may come in several frames. */
  private @Nullable Data extent;

  private int extentReceived;

  /** Payload still to come in the frame at hand. */
  private int frameRemaining;

  private boolean broken;

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws ProtocolException {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      if (extent != null && frameRemaining > 0) {
        payload(extent, in, out);
      } else {
        frame(in, out);
      }
    } catch (ProtocolException | RuntimeException e) {
      broken = true;
      throw e;
    }
  }

  private void frame(ByteBuf in, List<Object> out) throws ProtocolException {
    if (in.readableBytes() < Frames.HEADER_BYTES) {
      return;
    }
    int start = in.readerIndex();
    long bodyLength = in.getUnsignedInt(start) - Frames.COUNTED_HEADER_BYTES;
    int flags = in.getUnsignedByte(start + 5);
    int torrent = in.getUnsignedShort(start + 6);
    FrameType type = FrameType.check(in.getUnsignedByte(start + 4), flags, bodyLength);
    int bodyBytes = (int) bodyLength;
    reader.checkBodyBytes(type, torrent, bodyBytes);
    if (type == FrameType.DATA && flags == FrameType.Flags.CONTINUED) {
      in.skipBytes(Frames.HEADER_BYTES);
      continueExtent(torrent, bodyBytes);
      return;
    }
    boolean data = type == FrameType.DATA;
    if (data && (extent != null || bodyBytes <= Frames.DATA_HEAD_BYTES)) {
      throw new ProtocolException("DATA without payload, or before the end of another extent");
    }
    int headBytes = data ? Frames.DATA_HEAD_BYTES : bodyBytes;
    if (in.readableBytes() < Frames.HEADER_BYTES + headBytes) {
      return;
    }
    PeerMessage message =
        reader.read(type, flags, torrent, in.nioBuffer(start + Frames.HEADER_BYTES, headBytes));
    in.skipBytes(Frames.HEADER_BYTES + headBytes);
    if (message instanceof Data begun) {
      extent = begun;
      extentReceived = 0;
      beginPayload(begun, bodyBytes - headBytes);
    }
    out.add(message);
  }

  private void continueExtent(int torrent, int payloadBytes) throws ProtocolException {
    if (extent == null || extent.torrent() != torrent) {
      throw new ProtocolException("DATA continues an extent that was not begun");
    }
    beginPayload(extent, payloadBytes);
  }

  private void beginPayload(Data data, int payloadBytes) throws ProtocolException {
    if (payloadBytes < 1 || payloadBytes > data.length() - extentReceived) {
      throw new ProtocolException("DATA with " + payloadBytes + " bytes of payload");
    }
    frameRemaining = payloadBytes;
  }

  private void payload(Data data, ByteBuf in, List<Object> out) {
    int bytes = Math.min(frameRemaining, in.readableBytes());
    if (bytes == 0) {
      return;
    }
    boolean last = extentReceived + bytes == data.length();
    out.add(new Payload(data, extentReceived, in.readRetainedSlice(bytes), last));
    frameRemaining -= bytes;
    extentReceived += bytes;
    if (last) {
      extent = null;
    }
  }
}
