package io.shoal.node.wire;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.PeerMessage.Abort;
import io.shoal.swarm.message.PeerMessage.Busy;
import io.shoal.swarm.message.PeerMessage.Cancel;
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
import io.shoal.swarm.message.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Correct messages of every kind, drawn from a seed. */
final class MessageSamples {

  static final int KINDS = 15;

  private final Random random;
  final Digest digest;
  final PieceLayout layout;
  final int torrent;

  MessageSamples(long seed) {
    this.random = new Random(seed);
    HashAlgorithm algorithm = HashAlgorithm.values()[random.nextInt(2)];
    this.digest = Digest.of(algorithm, bytes(algorithm.digestBytes()));
    this.layout = new PieceLayout(1 + random.nextInt(1 << 24), 128 * (1 + random.nextInt(4096)));
    this.torrent = random.nextInt(1 << 16);
  }

  Join join() {
    int states = random.nextInt(layout.pieceCount() + 1);
    boolean last = random.nextBoolean();
    return new Join(torrent, digest, random.nextInt(9), layout, states, last, field());
  }

  /** A message of the kind with this number, 0 to {@link #KINDS} - 1, about the joined torrent. */
  PeerMessage message(int kind) {
    int piece = random.nextInt(layout.pieceCount());
    int offset = random.nextInt(layout.extentCount(piece)) * PieceLayout.EXTENT_BYTES;
    int id = random.nextInt();
    boolean flag = random.nextBoolean();
    return switch (kind) {
      case 0 -> join();
      case 1 -> new Leave(random.nextInt(1 << 16), true);
      case 2 -> new Have(torrent, pieces());
      case 3 -> new HaveAll(torrent);
      case 4 -> {
        int length = layout.extentLength(piece, offset);
        yield new Request(
            torrent, id, piece, offset, length, flag, Optional.empty(), Priority.ON_DEMAND);
      }
      case 5 ->
          new Request(
              torrent, id, PeerMessage.ANY, 0, 0, flag, Optional.of(field()), Priority.PREWARM);
      case 6 -> new Busy(torrent, id, 1 + random.nextInt(64));
      case 7 -> new Ready(torrent);
      case 8 -> {
        RejectReason[] reasons = RejectReason.values();
        yield new Reject(torrent, id, reasons[random.nextInt(reasons.length)]);
      }
      case 9 -> new Cancel(torrent, flag ? id : Cancel.PLACE);
      case 10 -> {
        List<StateEntry> entries =
            pieces().stream().map(at -> new StateEntry(at, state())).toList();
        yield new States(torrent, new SignedStates("key", digest, 1, layout, entries, signature()));
      }
      case 11 -> {
        List<HashState> states = new ArrayList<>();
        IntStream.range(1, layout.pieceCount()).forEach(_ -> states.add(state()));
        yield new Final(torrent, new SignedFinal("key", digest, 1, layout, states, signature()));
      }
      case 12 -> new Abort(torrent, random.nextLong(), "upstream lied: \u00fc".repeat(3));
      case 13 -> new Pex(torrent, peers(), peers());
      case 14 -> flag ? new Ping(random.nextLong()) : new Pong(random.nextLong());
      default -> throw new IllegalArgumentException();
    };
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private HashState state() {
    return HashState.of(bytes(digest.algorithm().stateBytes()));
  }

  private Signature signature() {
    return Signature.of(bytes(Signature.BYTES));
  }

  private Bitfield field() {
    Bitfield field = new Bitfield(layout.pieceCount());
    pieces().forEach(field::set);
    return field;
  }

  /** Some pieces, at least one, ascending. */
  private List<Integer> pieces() {
    int count = layout.pieceCount();
    return random.ints(1 + random.nextInt(64), 0, count).distinct().sorted().boxed().toList();
  }

  private List<PeerInfo> peers() {
    List<PeerInfo> peers = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      String host = random.nextBoolean() ? "10.1.2." + random.nextInt(256) : "fe80::1";
      PeerAddress address = new PeerAddress(host, 1 + random.nextInt(65535));
      PeerId id = PeerId.random(random);
      peers.add(
          new PeerInfo(
              id, address, PeerRole.values()[random.nextInt(2)], new Locality(random.nextLong())));
    }
    return peers;
  }
}
