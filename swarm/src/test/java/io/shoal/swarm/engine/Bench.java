package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One engine on a bench: the test plays the shell and every peer, and moves the clock by hand.
 *
 * <p>Bitfields are drawn: {@code "x.x."} holds pieces 0 and 2 of four.
 */
final class Bench {

  static final Digest BLOB = Digest.of(HashAlgorithm.SHA256, new byte[32]);
  static final int PIECE = 256 << 10;

  final PieceLayout layout;
  final SwarmEngine engine;
  private long now = 1_000_000_000L;

  Bench(int pieces) {
    this(pieces, SwarmConfig.agent());
  }

  Bench(int pieces, SwarmConfig config) {
    this.layout = new PieceLayout((long) pieces * PIECE, PIECE);
    this.engine = new SwarmEngine(config, new PeerId(0, 0), new SplittableRandom(1));
  }

  List<SwarmAction> on(SwarmEvent event) {
    return engine.on(now, event);
  }

  List<SwarmAction> afterMillis(long millis) {
    now += millis * 1_000_000L;
    return on(new SwarmEvent.Tick());
  }

  List<SwarmAction> add(TorrentMode mode, String have) {
    return add(BLOB, mode, have, Priority.ON_DEMAND);
  }

  List<SwarmAction> add(Digest blob, TorrentMode mode, String have, Priority priority) {
    List<SwarmAction> actions =
        new ArrayList<>(
            on(
                new SwarmEvent.AddTorrent(
                    blob,
                    layout,
                    mode,
                    1,
                    pieces(have),
                    List.of(),
                    Optional.of(whole(blob)),
                    priority)));
    if (mode == TorrentMode.LEECH) {
      actions.addAll(on(new SwarmEvent.Wanted(blob, 0, layout.pieceCount())));
    }
    return actions;
  }

  /** The same, and the peer stands in this rack. */
  List<SwarmAction> peer(int link, String rack, String have) {
    PeerInfo told = info(link, PeerRole.AGENT);
    PeerInfo peer = new PeerInfo(told.id(), told.address(), told.role(), Locality.named(rack));
    List<SwarmAction> actions = new ArrayList<>(on(new SwarmEvent.LinkUp(link, peer)));
    actions.addAll(from(link, join(link, have)));
    return actions;
  }

  /** A peer links and joins with these pieces; its number of the torrent is its link's number. */
  List<SwarmAction> peer(int link, PeerRole role, String have) {
    List<SwarmAction> actions = new ArrayList<>(on(new SwarmEvent.LinkUp(link, info(link, role))));
    actions.addAll(from(link, join(link, have)));
    return actions;
  }

  PeerMessage.Join join(int number, String have) {
    return join(number, BLOB, have);
  }

  PeerMessage.Join join(int number, Digest blob, String have) {
    return new PeerMessage.Join(number, blob, 1, layout, 0, true, pieces(have));
  }

  List<SwarmAction> from(int link, PeerMessage message) {
    return on(new SwarmEvent.Received(link, message));
  }

  static PeerMessage.Request request(int link, int requestId, int piece) {
    return new PeerMessage.Request(link, requestId, piece, 0, PIECE, false, Optional.empty());
  }

  static PeerMessage.Request request(int link, int requestId, int piece, Priority priority) {
    return new PeerMessage.Request(
        link, requestId, piece, 0, PIECE, false, Optional.empty(), priority);
  }

  /** The peer answers a request with the whole piece, which matches. */
  List<SwarmAction> delivers(int link, PeerMessage.Request request) {
    List<SwarmAction> actions = new ArrayList<>(dataFrom(link, request));
    actions.addAll(on(new SwarmEvent.ExtentArrived(link, request.requestId())));
    actions.addAll(on(new SwarmEvent.PieceAttested(BLOB, request.piece())));
    return actions;
  }

  List<SwarmAction> dataFrom(int link, PeerMessage.Request request) {
    return from(link, new PeerMessage.Data(link, request.requestId(), request.piece(), 0, PIECE));
  }

  static PeerInfo info(int link, PeerRole role) {
    return new PeerInfo(new PeerId(7, link), new PeerAddress("peer-" + link, 1), role);
  }

  private SignedFinal whole(Digest blob) {
    HashState state = HashState.of(new byte[32]);
    List<HashState> states = Collections.nCopies(layout.pieceCount() - 1, state);
    Signature signature = Signature.of(new byte[Signature.BYTES]);
    return new SignedFinal("test", blob, 1, layout, states, signature);
  }

  static Bitfield pieces(String drawn) {
    Bitfield pieces = new Bitfield(drawn.length());
    for (int i = 0; i < drawn.length(); i++) {
      if (drawn.charAt(i) == 'x') {
        pieces.set(i);
      }
    }
    return pieces;
  }

  /** Messages of one kind that the actions send, to any link. */
  static <M extends PeerMessage> List<M> sent(List<SwarmAction> actions, Class<M> kind) {
    return of(actions, SwarmAction.Send.class).stream()
        .map(SwarmAction.Send::message)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  static <A extends SwarmAction> List<A> of(List<SwarmAction> actions, Class<A> kind) {
    return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
