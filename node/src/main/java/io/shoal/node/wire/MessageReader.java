package io.shoal.node.wire;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.codec.ByteReader;
import io.shoal.node.codec.IntegrityCodec;
import io.shoal.node.codec.MalformedException;
import io.shoal.node.wire.JoinedTorrents.Torrent;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the bodies of frames from one peer. What a message says about a torrent is checked against
 * what the peer said when it joined it.
 */
final class MessageReader {

  private final JoinedTorrents joined = new JoinedTorrents();

  /** The most a body of this type may take, as far as the type alone does not say. */
  void checkBodyBytes(FrameType type, int number, int bodyBytes) throws ProtocolException {
    if (type == FrameType.FINAL && bodyBytes > joined.get(number).maxFinalBodyBytes()) {
      throw new ProtocolException("FINAL of " + bodyBytes + " bytes is longer than its torrent");
    }
  }

  /** Reads a whole body; of DATA only what stands in front of the payload. */
  PeerMessage read(FrameType type, int flags, int number, ByteBuffer body)
      throws ProtocolException {
    ByteReader in = new ByteReader(body);
    try {
      PeerMessage message =
          switch (type) {
            case HELLO, PROOF -> throw new ProtocolException(type + " after the handshake");
            case JOIN -> join(in, number, flags == FrameType.Flags.FINAL_KNOWN);
            case LEAVE -> leave(number, flags == FrameType.Flags.ECHO);
            case HAVE -> have(in, number, flags == FrameType.Flags.ALL, body.remaining());
            case REQUEST -> request(in, number, flags);
            case DATA -> data(in, number);
            case BUSY -> busy(in, number);
            case READY -> new Ready(known(number));
            case REJECT -> new Reject(known(number), in.i32(), WireCodes.reason(in.u8()));
            case CANCEL -> new Cancel(known(number), in.i32());
            case STATES -> states(body, number);
            case FINAL -> last(body, number);
            case ABORT -> new Abort(known(number), in.i64(), text(in, Frames.MAX_REASON_BYTES));
            case PEX -> new Pex(known(number), peers(in), peers(in));
            case PING -> new Ping(in.i64());
            case PONG -> new Pong(in.i64());
          };
      if (type != FrameType.STATES && type != FrameType.FINAL) {
        in.end();
      }
      return message;
    } catch (MalformedException e) {
      throw new ProtocolException(type + ": " + e.getMessage(), e);
    }
  }

  private int known(int number) throws ProtocolException {
    joined.get(number);
    return number;
  }

  private Join join(ByteReader in, int number, boolean finalKnown)
      throws ProtocolException, MalformedException {
    HashAlgorithm algorithm = WireCodes.algorithm(in.u8());
    Digest digest = Digest.of(algorithm, in.bytes(algorithm.digestBytes()));
    long epoch = in.i64();
    PieceLayout layout = layout(in.i64(), in.i32());
    int statesKnown = in.i32();
    if (epoch < 0 || statesKnown < 0 || statesKnown > layout.pieceCount()) {
      throw new ProtocolException("JOIN with epoch " + epoch + ", " + statesKnown + " states");
    }
    Bitfield have = bits(in, layout.pieceCount());
    Join join = new Join(number, digest, epoch, layout, statesKnown, finalKnown, have);
    joined.join(join);
    return join;
  }

  /** Checks the number of pieces before anything is sized by it. */
  private static PieceLayout layout(long blobBytes, int pieceBytes) throws ProtocolException {
    try {
      PieceLayout layout = new PieceLayout(blobBytes, pieceBytes);
      if (blobBytes > (long) pieceBytes * Frames.MAX_PIECES) {
        throw new ProtocolException("more than " + Frames.MAX_PIECES + " pieces: " + layout);
      }
      return layout;
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("layout: " + e.getMessage(), e);
    }
  }

  private Leave leave(int number, boolean echo) throws ProtocolException {
    if (!echo) {
      joined.leave(number);
    }
    return new Leave(number, echo);
  }

  private PeerMessage have(ByteReader in, int number, boolean all, int bodyBytes)
      throws ProtocolException, MalformedException {
    int pieceCount = joined.get(number).pieceCount();
    if (all) {
      return new HaveAll(number);
    }
    int count = bodyBytes / Integer.BYTES;
    if (count == 0 || count > pieceCount) {
      throw new ProtocolException("HAVE of " + count + " pieces of " + pieceCount);
    }
    List<Integer> pieces = new ArrayList<>(count);
    int previous = -1;
    for (int i = 0; i < count; i++) {
      int piece = in.i32();
      if (piece <= previous || piece >= pieceCount) {
        throw new ProtocolException("HAVE of piece " + piece + " of " + pieceCount);
      }
      pieces.add(piece);
      previous = piece;
    }
    return new Have(number, pieces);
  }

  private Request request(ByteReader in, int number, int flags)
      throws ProtocolException, MalformedException {
    Torrent torrent = joined.get(number);
    int requestId = in.i32();
    int piece = in.i32();
    int offset = in.i32();
    int length = in.i32();
    boolean hasUnwanted = (flags & FrameType.Flags.UNWANTED) != 0;
    if (piece != PeerMessage.ANY) {
      torrent.checkExtent(piece, offset, length);
    }
    if (piece == PeerMessage.ANY ? offset != 0 || length != 0 : hasUnwanted) {
      throw new ProtocolException("REQUEST that both names a piece and leaves the choice");
    }
    Optional<Bitfield> unwanted =
        hasUnwanted ? Optional.of(bits(in, torrent.pieceCount())) : Optional.empty();
    boolean urgent = (flags & FrameType.Flags.URGENT) != 0;
    boolean prewarm = (flags & FrameType.Flags.PREWARM) != 0;
    Priority priority = prewarm ? Priority.PREWARM : Priority.ON_DEMAND;
    return new Request(number, requestId, piece, offset, length, urgent, unwanted, priority);
  }

  private Data data(ByteReader in, int number) throws ProtocolException, MalformedException {
    Data data = new Data(number, in.i32(), in.i32(), in.i32(), in.i32());
    joined.get(number).checkExtent(data.piece(), data.offset(), data.length());
    return data;
  }

  private Busy busy(ByteReader in, int number) throws ProtocolException, MalformedException {
    Busy busy = new Busy(known(number), in.i32(), in.i32());
    if (busy.place() < 1) {
      throw new ProtocolException("BUSY with place " + busy.place());
    }
    return busy;
  }

  private States states(ByteBuffer body, int number) throws ProtocolException, MalformedException {
    Torrent torrent = joined.get(number);
    SignedStates states = IntegrityCodec.readStates(body);
    torrent.checkSubject(states.digest(), states.layout());
    return new States(number, states);
  }

  private Final last(ByteBuffer body, int number) throws ProtocolException, MalformedException {
    Torrent torrent = joined.get(number);
    SignedFinal metaInfo = IntegrityCodec.readFinal(body);
    torrent.checkSubject(metaInfo.digest(), metaInfo.layout());
    return new Final(number, metaInfo);
  }

  private static Bitfield bits(ByteReader in, int size)
      throws ProtocolException, MalformedException {
    try {
      return Bitfield.fromBytes(size, in.bytes((size + 7) / 8));
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("bitfield: " + e.getMessage(), e);
    }
  }

  private static List<PeerInfo> peers(ByteReader in) throws ProtocolException, MalformedException {
    int count = in.u8();
    if (count > Frames.MAX_PEX_PEERS) {
      throw new ProtocolException("PEX of " + count + " peers");
    }
    List<PeerInfo> peers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      PeerId id = new PeerId(in.i64(), in.i64());
      PeerRole role = WireCodes.role(in.u8());
      int port = (in.u8() << 8) | in.u8();
      Locality locality = new Locality(in.i64());
      PeerAddress address = address(text(in, Frames.MAX_HOST_BYTES), port);
      peers.add(new PeerInfo(id, address, role, locality));
    }
    return peers;
  }

  private static PeerAddress address(String host, int port) throws ProtocolException {
    try {
      return new PeerAddress(host, port);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("address: " + e.getMessage(), e);
    }
  }

  private static String text(ByteReader in, int maxBytes)
      throws ProtocolException, MalformedException {
    int bytes = (in.u8() << 8) | in.u8();
    if (bytes > maxBytes) {
      throw new ProtocolException("text of " + bytes + " bytes");
    }
    return new String(in.bytes(bytes), StandardCharsets.UTF_8);
  }
}
