package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import io.shoal.swarm.injection.InjectionPolicy;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import io.shoal.swarm.message.RejectReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Upload slots with late binding: who finds no slot stands in line, is told READY when one is free,
 * and names the piece it wants at that moment.
 */
final class Uploads {

  /** A slot offered by READY. */
  record Hold(long untilNanos, int promisedPiece, Priority priority) {}

  private static final long SLOW_AFTER_NANOS = 1_000_000_000L;

  private final Turn turn;
  private final InjectionPolicy injectionPolicy;
  private final List<Grant> grants = new ArrayList<>();
  private final Map<LinkTorrent, Hold> holds = new LinkedHashMap<>();
  private final Outgoing outgoing;
  private final Choker choker;
  private final Precedence precedence;

  /** What our uplink carries. */
  private final OwnRate ownRate = new OwnRate();

  Uploads(Turn turn, InjectionPolicy injectionPolicy) {
    this.turn = turn;
    this.injectionPolicy = injectionPolicy;
    this.outgoing = new Outgoing(turn);
    this.choker = new Choker(turn, turn.config.policy().choking());
    this.precedence = new Precedence(turn);
  }

  boolean active() {
    return !grants.isEmpty() || !holds.isEmpty();
  }

  void request(LinkTorrent lt, PeerMessage.Request request) {
    lt.link.usedNanos = turn.now;
    if (request.piece() == PeerMessage.ANY) {
      any(lt, request);
      return;
    }
    TorrentState torrent = lt.torrent;
    checkExtent(torrent.layout, request);
    if (!torrent.have.get(request.piece())) {
      reject(lt, request, RejectReason.MISSING);
      return;
    }
    Grant grant = find(lt, request.piece());
    boolean held =
        turn.config.policy().originChooses()
            && torrent.injection.held(request.piece(), request.urgent(), turn.now);
    if (grant == null && held) {
      takeHold(lt);
      reject(lt, request, RejectReason.ASK_PEERS);
      serve();
    } else if (grant != null) {
      send(grant, request, request.piece(), request.offset(), request.length());
    } else if (takeHold(lt) || (slotFor(request.priority()) && choker.open(lt.link))) {
      open(lt, request, request.piece());
    } else {
      stand(lt, request);
    }
  }

  private void any(LinkTorrent lt, PeerMessage.Request request) {
    TorrentState torrent = lt.torrent;
    Bitfield unwanted = request.unwanted().orElseGet(() -> new Bitfield(torrent.have.size()));
    if (torrent.mode != TorrentMode.INJECT || unwanted.size() != torrent.have.size()) {
      throw new ProtocolViolation("ANY request that makes no sense here");
    }
    boolean held = takeHold(lt);
    int piece = torrent.injection.choose(injectionPolicy, lt, unwanted, request.urgent(), turn);
    if (piece < 0 && torrent.complete()) {
      torrent.line.leave(lt);
      reject(lt, request, RejectReason.ASK_PEERS);
      serve();
    } else if (piece >= 0 && (held || slotFor(request.priority()))) {
      open(lt, request, piece);
    } else {
      stand(lt, request);
    }
  }

  private static void checkExtent(PieceLayout layout, PeerMessage.Request r) {
    boolean good =
        r.piece() >= 0
            && r.piece() < layout.pieceCount()
            && r.offset() >= 0
            && r.offset() % PieceLayout.EXTENT_BYTES == 0
            && r.offset() < layout.pieceLength(r.piece())
            && r.length() == layout.extentLength(r.piece(), r.offset());
    if (!good) {
      throw new ProtocolViolation("request for an extent that does not exist");
    }
  }

  private void open(LinkTorrent lt, PeerMessage.Request request, int piece) {
    lt.torrent.line.leave(lt);
    Grant grant = new Grant(lt, piece, request.priority(), turn.now);
    grants.add(grant);
    precedence.opens(request.priority(), lt.torrent.layout.pieceLength(piece));
    lt.torrent.injection.begins(lt, piece);
    send(
        grant,
        request,
        piece,
        request.offset(),
        lt.torrent.layout.extentLength(piece, request.offset()));
  }

  private void send(Grant grant, PeerMessage.Request request, int piece, int offset, int length) {
    LinkTorrent lt = grant.to;
    if (++lt.queuedExtents > turn.config.upload().queuedExtents()) {
      throw new ProtocolViolation(
          "more than " + turn.config.upload().queuedExtents() + " requests queued");
    }
    grant.queued++;
    grant.lastNanos = turn.now;
    outgoing.send(
        grant, new PeerMessage.Data(lt.torrent.number, request.requestId(), piece, offset, length));
  }

  private void stand(LinkTorrent lt, PeerMessage.Request request) {
    Line.Place place = Line.Place.of(request);
    Line line = lt.torrent.line;
    if (Line.full(turn, Line.rank(lt, place) > 0)) {
      line.leave(lt);
      reject(lt, request, RejectReason.LINE_FULL);
      return;
    }
    if (line.isEmpty()) {
      line.servedBytes = Math.max(line.servedBytes, Line.leastServed(turn));
    }
    lt.asks(line.holds(lt));
    int number = line.stand(lt, place);
    turn.send(lt.link, new PeerMessage.Busy(lt.torrent.number, request.requestId(), number));
  }

  private void reject(LinkTorrent lt, PeerMessage.Request request, RejectReason reason) {
    turn.send(lt.link, new PeerMessage.Reject(lt.torrent.number, request.requestId(), reason));
  }

  /** The receiver takes a request or its place back. What the shell holds is sent all the same. */
  void cancel(LinkTorrent lt, int requestId) {
    if (requestId == PeerMessage.Cancel.PLACE) {
      lt.torrent.line.leave(lt);
      takeHold(lt);
      serve();
      return;
    }
    Grant cancelled = outgoing.cancel(lt, requestId);
    if (cancelled != null) {
      cancelled.cancelled = true;
      closeIfDone(cancelled);
      serve();
    }
  }

  private void closeIfDone(Grant grant) {
    if (grant.cancelled && grant.queued == 0) {
      close(grant);
      grant.to.torrent.injection.lost(grant.to, grant.piece);
    }
  }

  void sent(int sendId, boolean ok) {
    Grant grant = outgoing.sent(sendId);
    if (grant == null) {
      return;
    }
    ownRate.moved(turn.now, grant.lastSentBytes);
    precedence.sent(grant);
    LinkTorrent lt = grant.to;
    grant.lastNanos = turn.now;
    if (!ok) {
      close(grant);
      lt.torrent.injection.lost(lt, grant.piece);
    } else if (grant.queued == 0 && grant.sentBytes >= lt.torrent.layout.pieceLength(grant.piece)) {
      long took = Math.max(1, turn.now - grant.sinceNanos);
      if (lt.torrent.mode == TorrentMode.INJECT) {
        lt.torrent.pieceTook(took, grants.size());
        if (grant.counted) {
          long floor = turn.config.upload().holdBackFloor().toNanos();
          double pace = paceNanos(lt.torrent);
          lt.torrent.injection.sent(lt, grant.piece, turn.now, floor, pace, turn.random);
        }
      }
      lt.sentPieces++;
      close(grant);
    } else {
      closeIfDone(grant);
    }
    outgoing.next(lt.link);
    serve();
  }

  /** Offers free slots to those in line: by rank, then the torrent served least, then by place. */
  void serve() {
    while (freeSlots() > 0 && offerOne()) {
      // one slot after the other
    }
  }

  private boolean offerOne() {
    Precedence.Turns turns = precedence.turns(grants, holds.values(), freeSlots());
    int first = turns == Precedence.Turns.PREWARM_FIRST ? Line.PREWARM_RANK : 0;
    int ranks = turns == Precedence.Turns.CLIENTS ? Line.PREWARM_RANK : Line.RANKS;
    for (int i = 0; i < ranks; i++) {
      if (offerOne((first + i) % Line.RANKS)) {
        return true;
      }
    }
    return false;
  }

  private boolean offerOne(int rank) {
    TorrentState best = null;
    LinkTorrent next = null;
    Line.Place nextPlace = null;
    int promised = -1;
    for (TorrentState torrent : turn.torrents.values()) {
      if (torrent.line.isEmpty()
          || (best != null && torrent.line.servedBytes >= best.line.servedBytes)) {
        continue;
      }
      for (Map.Entry<LinkTorrent, Line.Place> waiting : torrent.line.places().entrySet()) {
        LinkTorrent lt = waiting.getKey();
        Line.Place place = waiting.getValue();
        int piece = Line.rank(lt, place) == rank ? servable(lt, place) : -1;
        if (piece >= 0) {
          best = torrent;
          next = lt;
          nextPlace = place;
          promised = place.any() ? piece : -1;
          break;
        }
      }
    }
    if (best == null || next == null || nextPlace == null) {
      return false;
    }
    best.line.leave(next);
    best.injection.promise(promised, 1);
    long until = turn.now + turn.config.upload().readyHold().toNanos();
    holds.put(next, new Hold(until, promised, nextPlace.priority()));
    turn.send(next.link, new PeerMessage.Ready(best.number));
    return true;
  }

  /** A piece that the waiting peer could be sent now (0 if it names the piece itself), or -1. */
  private int servable(LinkTorrent lt, Line.Place place) {
    if (!choker.open(lt.link)) {
      return -1;
    }
    if (!place.any()) {
      return 0;
    }
    Bitfield unwanted = place.unwanted().orElseGet(() -> new Bitfield(lt.torrent.have.size()));
    return lt.torrent.injection.choose(injectionPolicy, lt, unwanted, place.urgent(), turn);
  }

  void tick() {
    choker.tick(grants);
    List<LinkTorrent> expired = new ArrayList<>();
    holds.forEach((lt, hold) -> {
      if (hold.untilNanos() <= turn.now) {
        expired.add(lt);
      }
    });
    expired.forEach(this::takeHold);
    long idle = turn.config.upload().grantIdle().toNanos();
    for (Grant grant : List.copyOf(grants)) {
      if (grant.queued == 0 && turn.now - grant.lastNanos > idle) {
        close(grant);
      } else {
        judgeSpeed(grant);
      }
    }
    serve();
  }

  /** A receiver far below its share must not close the uploader to others. */
  private void judgeSpeed(Grant grant) {
    long age = turn.now - grant.sinceNanos;
    if (age >= SLOW_AFTER_NANOS) {
      double share = ownRate.bytesPerNano() / Math.max(grants.size(), turn.config.upload().slots());
      long atMost = grant.sentBytes + PieceLayout.EXTENT_BYTES; // one may be nearly through
      grant.slow = atMost / (double) age < share / 4;
    }
    TorrentState torrent = grant.to.torrent;
    long together = (long) torrent.layout.pieceLength(grant.piece) * grants.size();
    long usual = Math.max(ownRate.nanosFor(together), (long) torrent.transferNanos);
    long soft = Math.max(turn.config.request().softFloor().toNanos(), 3 * usual);
    if (age > (torrent.transferNanos == 0 ? Math.max(soft, SLOW_AFTER_NANOS) : soft)) {
      countOut(grant); // an origin does not wait for it: the piece may go to another as well
    }
  }

  /** The link or the torrent is gone. */
  void drop(LinkTorrent lt) {
    lt.torrent.line.leave(lt);
    takeHold(lt);
    for (Grant grant : List.copyOf(grants)) {
      if (grant.to == lt) {
        close(grant);
      }
    }
    for (int piece = lt.sent.nextSet(0); piece >= 0; piece = lt.sent.nextSet(piece + 1)) {
      lt.torrent.injection.lost(lt, piece);
    }
    outgoing.drop(lt);
  }

  /** The link is gone: nothing will be heard of what was being sent over it. */
  void linkGone(LinkState link) {
    outgoing.linkGone(link);
  }

  private boolean takeHold(LinkTorrent lt) {
    Hold hold = holds.remove(lt);
    if (hold != null) {
      lt.torrent.injection.promise(hold.promisedPiece(), -1);
    }
    return hold != null;
  }

  private void close(Grant grant) {
    if (grants.remove(grant)) {
      countOut(grant);
    }
  }

  private static void countOut(Grant grant) {
    if (grant.counted) {
      grant.counted = false;
      grant.to.torrent.injection.ends(grant.piece);
    }
  }

  /** Pieces of this torrent leave one after the other at this pace, others' in between. */
  private double paceNanos(TorrentState of) {
    int sharing = 0;
    for (TorrentState torrent : turn.torrents.values()) {
      sharing += torrent == of || !torrent.line.isEmpty() || sends(torrent) ? 1 : 0;
    }
    double own = ownRate.nanosFor(of.layout.pieceBytes());
    return (own == 0 ? of.pieceNanos : Math.min(own, of.pieceNanos)) * sharing;
  }

  private boolean sends(TorrentState torrent) {
    for (Grant grant : grants) {
      if (grant.to.torrent == torrent) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Grant find(LinkTorrent lt, int piece) {
    for (Grant grant : grants) {
      if (grant.to == lt && grant.piece == piece) {
        return grant;
      }
    }
    return null;
  }

  private boolean slotFor(Priority priority) {
    int free = freeSlots();
    return free > 0
        && (priority == Priority.ON_DEMAND
            || precedence.turns(grants, holds.values(), free) != Precedence.Turns.CLIENTS);
  }

  private int freeSlots() {
    int slow = 0;
    for (Grant grant : grants) {
      slow += grant.slow ? 1 : 0;
    }
    int slots = turn.config.upload().slots() + Math.min(slow, turn.config.upload().extraSlots());
    return slots - grants.size() - holds.size();
  }
}
