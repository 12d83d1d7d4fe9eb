package io.shoal.swarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import io.shoal.swarm.message.RejectReason;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Any bytes, read as what happens to one engine: links come and go, peers send whatever the frame
 * decoder lets through, sensible or not, pieces match or do not, time passes. Every action is
 * checked against what the engine promises its shell.
 */
final class EngineScript {

  private static final Digest BLOB = Bench.BLOB;
  private static final int PIECE = 2 * PieceLayout.EXTENT_BYTES;

  /** Six pieces: two extents each, the last one a short one. */
  private static final PieceLayout LAYOUT = new PieceLayout(5L * PIECE + 300_000, PIECE);

  private static final int LINKS = 5;
  private static final long MILLI = 1_000_000L;

  /** The shell's view of one link. */
  private static final class Peer {
    boolean joined;
    PieceLayout layout = LAYOUT;

    /** What the peer asked for and was not answered, by request id: how often. */
    final Map<Integer, Integer> asked = new TreeMap<>();

    /** What the engine asked for and was not answered. */
    final Map<Integer, PeerMessage.Request> open = new TreeMap<>();

    /** The extent that is coming in. */
    Optional<PeerMessage.Data> arriving = Optional.empty();

    boolean accepted;
  }

  private final SwarmConfig config = SwarmConfig.agent();
  private final SwarmEngine engine =
      new SwarmEngine(config, new PeerId(0, 0), new SplittableRandom(1));
  private final Map<Integer, Peer> peers = new TreeMap<>();
  private final Map<Integer, SwarmAction.SendExtent> sends = new TreeMap<>();
  private final byte[] script;
  private int at;
  private long now = 1_000 * MILLI;
  private boolean loaded;
  private Bitfield have = new Bitfield(LAYOUT.pieceCount());

  private EngineScript(byte[] script) {
    this.script = script;
  }

  /** Plays a script to its end; fails if the engine breaks a promise. */
  static void play(byte[] script) {
    EngineScript play = new EngineScript(script);
    while (play.at < script.length) {
      play.step();
    }
  }

  private int next(int bound) {
    return at < script.length ? Math.floorMod(script[at++], bound) : 0;
  }

  private boolean flag() {
    return next(2) == 1;
  }

  private void step() {
    int link = next(LINKS);
    Peer peer = peers.get(link);
    switch (next(16)) {
      case 0 -> torrent();
      case 1 -> reader();
      case 2 -> sent();
      case 3 -> time();
      case 4 -> outside();
      default -> {
        if (peer == null) {
          linkUp(link);
        } else if (peer.arriving.isPresent() && flag()) {
          arrive(link, peer, peer.arriving.get());
        } else if (!peer.joined) {
          join(link, peer);
        } else {
          message(link, peer);
        }
      }
    }
  }

  // What happens on this node.

  private void torrent() {
    if (loaded && next(8) == 0) {
      loaded = false;
      on(new SwarmEvent.RemoveTorrent(BLOB));
    } else if (!loaded) {
      loaded = true;
      TorrentMode mode = TorrentMode.values()[next(TorrentMode.values().length)];
      have = mode == TorrentMode.SEED ? Bitfield.full(LAYOUT.pieceCount()) : someOf();
      Optional<SignedFinal> known = flag() ? Optional.of(whole()) : Optional.empty();
      on(
          new SwarmEvent.AddTorrent(
              BLOB, LAYOUT, mode, 1, have.copy(), List.of(), known, pressing(!known.isPresent())));
    }
  }

  private void reader() {
    switch (next(4)) {
      case 0 -> on(new SwarmEvent.Unwanted(BLOB));
      case 1 -> on(new SwarmEvent.Reserve(BLOB, 7, 1 + next(4)));
      case 2 -> on(new SwarmEvent.Unreserve(BLOB, next(LAYOUT.pieceCount())));
      default -> {
        int from = next(LAYOUT.pieceCount());
        int to = from + 1 + next(LAYOUT.pieceCount() - from);
        on(new SwarmEvent.Wanted(BLOB, from, to));
        if (from == 0) {
          on(new SwarmEvent.Raise(BLOB));
        }
      }
    }
  }

  private void sent() {
    if (!sends.isEmpty()) {
      int id = sends.keySet().stream().skip(next(sends.size())).findFirst().orElseThrow();
      SwarmAction.SendExtent send = sends.remove(id);
      boolean ok = peers.containsKey(send.link()) && next(4) != 0;
      on(new SwarmEvent.ExtentSent(send.link(), id, ok));
    }
  }

  private void time() {
    long[] steps = {0, 1, 6, 60, 600, 1_500, 70_000};
    now += steps[next(steps.length)] * MILLI;
    on(new SwarmEvent.Tick());
    assertThat(engine.nextWakeNanos()).isPositive();
  }

  private void outside() {
    switch (next(4)) {
      case 0 -> on(new SwarmEvent.PeersFound(BLOB, List.of(info(next(2 * LINKS)))));
      case 1 -> on(new SwarmEvent.DialFailed(info(next(2 * LINKS)).id()));
      case 2 -> on(new SwarmEvent.NoSuchBlob(BLOB, next(LINKS)));
      default -> {
        if (loaded) {
          attested(next(LAYOUT.pieceCount()));
        }
      }
    }
  }

  private void attested(int piece) {
    have.set(piece);
    on(new SwarmEvent.PieceAttested(BLOB, piece));
  }

  // What happens on a link.

  private void linkUp(int link) {
    peers.put(link, new Peer());
    on(new SwarmEvent.LinkUp(link, info(link)));
  }

  private void linkDown(int link) {
    peers.remove(link);
    on(new SwarmEvent.LinkDown(link));
  }

  private void join(int link, Peer peer) {
    peer.joined = true;
    peer.layout = next(8) == 0 ? new PieceLayout(3L * PIECE, PIECE) : LAYOUT;
    Bitfield field = new Bitfield(peer.layout.pieceCount());
    for (int piece = 0; piece < field.size(); piece++) {
      if (flag()) {
        field.set(piece);
      }
    }
    from(link, new PeerMessage.Join(link, BLOB, next(3), peer.layout, 0, flag(), field));
  }

  private void message(int link, Peer peer) {
    int piece = next(peer.layout.pieceCount());
    switch (next(14)) {
      case 0 -> linkDown(link);
      case 1 -> from(link, new PeerMessage.Have(link, List.of(piece)));
      case 2 -> from(link, new PeerMessage.HaveAll(link));
      case 3, 4 -> ask(link, peer, piece);
      case 5 -> from(link, new PeerMessage.Cancel(link, flag() ? next(8) : -1));
      case 6 -> from(link, new PeerMessage.Ready(link));
      case 7 -> {
        peer.joined = false;
        from(link, new PeerMessage.Leave(link, false));
      }
      case 8 -> from(link, new PeerMessage.Leave(next(4), true));
      case 9 -> from(link, new PeerMessage.Abort(link, next(3), "no more"));
      case 10 -> from(link, new PeerMessage.Pex(link, List.of(info(next(2 * LINKS))), List.of()));
      case 11 -> from(link, new PeerMessage.Final(link, whole()));
      default -> answer(link, peer, piece);
    }
  }

  private void ask(int link, Peer peer, int piece) {
    int id = next(8);
    Priority priority = pressing(id % 2 == 0);
    peer.asked.merge(id, 1, Integer::sum);
    if (next(4) == 0) {
      Optional<Bitfield> unwanted = Optional.of(new Bitfield(peer.layout.pieceCount()));
      from(
          link,
          new PeerMessage.Request(link, id, PeerMessage.ANY, 0, 0, flag(), unwanted, priority));
    } else {
      int offset = next(peer.layout.extentCount(piece)) * PieceLayout.EXTENT_BYTES;
      int length = peer.layout.extentLength(piece, offset);
      from(
          link,
          new PeerMessage.Request(
              link, id, piece, offset, length, flag(), Optional.empty(), priority));
    }
  }

  private static Priority pressing(boolean clientWaits) {
    return clientWaits ? Priority.ON_DEMAND : Priority.PREWARM;
  }

  /** What the engine asked for, or something that it did not ask for. */
  private void answer(int link, Peer peer, int piece) {
    int id = next(16);
    PeerMessage.Request asked = null;
    if (!peer.open.isEmpty() && next(8) != 0) {
      id = peer.open.keySet().stream().skip(next(peer.open.size())).findFirst().orElseThrow();
      asked = peer.open.get(id);
    }
    switch (next(4)) {
      case 0 -> from(link, new PeerMessage.Busy(link, id, 1 + next(64)));
      case 1 -> {
        RejectReason[] reasons = RejectReason.values();
        peer.open.remove(id);
        from(link, new PeerMessage.Reject(link, id, reasons[next(reasons.length)]));
      }
      default -> {
        if (peer.arriving.isEmpty()) {
          boolean any = asked == null || asked.piece() == PeerMessage.ANY;
          int sent = any ? piece : Math.min(asked.piece(), peer.layout.pieceCount() - 1);
          int offset = any ? 0 : Math.min(asked.offset(), lastOffset(peer.layout, sent));
          int length = peer.layout.extentLength(sent, offset);
          PeerMessage.Data data = new PeerMessage.Data(link, id, sent, offset, length);
          peer.arriving = Optional.of(data);
          peer.accepted = false;
          from(link, data);
        }
      }
    }
  }

  private static int lastOffset(PieceLayout layout, int piece) {
    return (layout.extentCount(piece) - 1) * PieceLayout.EXTENT_BYTES;
  }

  private void arrive(int link, Peer peer, PeerMessage.Data data) {
    peer.arriving = Optional.empty();
    peer.open.remove(data.requestId());
    boolean last = data.offset() == lastOffset(LAYOUT, data.piece());
    boolean accepted = peer.accepted;
    on(new SwarmEvent.ExtentArrived(link, data.requestId()));
    if (accepted && last && loaded && !have.get(data.piece())) {
      if (next(4) == 0) {
        on(new SwarmEvent.PieceFailed(BLOB, data.piece(), link, flag()));
      } else {
        attested(data.piece());
      }
    }
  }

  private void from(int link, PeerMessage message) {
    on(new SwarmEvent.Received(link, message));
  }

  private void on(SwarmEvent event) {
    engine.on(now, event).forEach(this::check);
  }

  // What the engine promises.

  private void check(SwarmAction action) {
    switch (action) {
      case SwarmAction.Send(int link, PeerMessage message) -> checkMessage(up(link), message);
      case SwarmAction.SendExtent send -> checkExtent(up(send.link()), send);
      case SwarmAction.Accept accept -> {
        assertThat(up(accept.link()).arriving).contains(accept.header());
        up(accept.link()).accepted = true;
      }
      case SwarmAction.Discard discard ->
          assertThat(up(discard.link()).arriving).contains(discard.header());
      case SwarmAction.CloseLink close -> {
        up(close.link());
        peers.remove(close.link());
      }
      case SwarmAction.Complete _ -> assertThat(have.isFull()).isTrue();
      case SwarmAction.Drop _ -> loaded = false;
      case SwarmAction.Abandon _,
          SwarmAction.Dial _,
          SwarmAction.LookUp _,
          SwarmAction.NeedPeers _,
          SwarmAction.Report _,
          SwarmAction.Reserved _ -> {}
    }
  }

  private Peer up(int link) {
    assertThat(peers).as("links that are up").containsKey(link);
    return peers.get(link);
  }

  private void checkMessage(Peer peer, PeerMessage message) {
    switch (message) {
      case PeerMessage.Busy busy -> answered(peer, busy.requestId());
      case PeerMessage.Reject reject -> answered(peer, reject.requestId());
      case PeerMessage.Request request -> {
        if (request.piece() != PeerMessage.ANY) {
          assertThat(request.length())
              .isEqualTo(LAYOUT.extentLength(request.piece(), request.offset()));
        }
        assertThat(peer.open.put(request.requestId(), request)).as("request id in use").isNull();
      }
      case PeerMessage.Have news -> news.pieces().forEach(p -> assertThat(have.get(p)).isTrue());
      case PeerMessage.HaveAll _ -> assertThat(have.isFull()).isTrue();
      default -> {}
    }
  }

  private void checkExtent(Peer peer, SwarmAction.SendExtent send) {
    PeerMessage.Data data = send.header();
    answered(peer, data.requestId());
    assertThat(have.get(data.piece())).as("piece %d is here", data.piece()).isTrue();
    assertThat(data.length()).isEqualTo(LAYOUT.extentLength(data.piece(), data.offset()));
    assertThat(sends.put(send.sendId(), send)).isNull();
    assertThat(sends.values().stream().filter(s -> s.link() == send.link()).count())
        .isLessThanOrEqualTo(config.upload().queuedExtents());
  }

  /** Every request is answered once. */
  private static void answered(Peer peer, int requestId) {
    assertThat(peer.asked).as("requests without an answer").containsKey(requestId);
    peer.asked.merge(requestId, -1, (a, b) -> a + b == 0 ? null : a + b);
  }

  private Bitfield someOf() {
    Bitfield some = new Bitfield(LAYOUT.pieceCount());
    for (int piece = 0; piece < some.size(); piece++) {
      if (flag()) {
        some.set(piece);
      }
    }
    return some;
  }

  private static PeerInfo info(int link) {
    return Bench.info(link, link == 0 ? PeerRole.ORIGIN : PeerRole.AGENT);
  }

  private static SignedFinal whole() {
    HashState state = HashState.of(new byte[32]);
    List<HashState> states = Collections.nCopies(LAYOUT.pieceCount() - 1, state);
    return new SignedFinal(
        "test", BLOB, 1, LAYOUT, states, Signature.of(new byte[Signature.BYTES]));
  }
}
