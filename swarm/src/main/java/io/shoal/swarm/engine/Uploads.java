package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import io.shoal.swarm.injection.InjectionPolicy;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.RejectReason;
import java.util.List;

/**
 * Upload slots with late binding: who finds no slot stands in line, is told READY when one is free,
 * and names the piece it wants at that moment.
 */
final class Uploads {

  private static final long SLOW_AFTER_NANOS = 1_000_000_000L;

  private final Turn turn;
  private final InjectionPolicy injectionPolicy;
  private final Slots slots;
  private final Offers offers;
  private final Outgoing outgoing;
  private final Choker choker;

  /** What our uplink carries. */
  private final OwnRate ownRate = new OwnRate();

  Uploads(Turn turn, InjectionPolicy injectionPolicy) {
    this.turn = turn;
    this.injectionPolicy = injectionPolicy;
    this.slots = new Slots(turn);
    this.choker = new Choker(turn, turn.config.policy().choking());
    this.offers = new Offers(turn, slots, choker, injectionPolicy);
    this.outgoing = new Outgoing(turn);
  }

  boolean active() {
    return slots.used();
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
    Grant grant = slots.find(lt, request.piece());
    boolean held =
        turn.config.policy().originChooses()
            && torrent.injection.held(request.piece(), request.urgent(), turn.now);
    if (grant == null && held) {
      slots.takeHold(lt);
      reject(lt, request, RejectReason.ASK_PEERS);
      offers.serve();
    } else if (grant != null) {
      send(grant, request, request.piece(), request.offset(), request.length());
    } else if (slots.takeHold(lt) || (slots.freeFor(request.priority()) && choker.open(lt.link))) {
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
    boolean held = slots.takeHold(lt);
    int piece = torrent.injection.choose(injectionPolicy, lt, unwanted, request.urgent(), turn);
    if (piece < 0 && torrent.complete()) {
      torrent.line.leave(lt);
      reject(lt, request, RejectReason.ASK_PEERS);
      offers.serve();
    } else if (piece >= 0 && (held || slots.freeFor(request.priority()))) {
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
    slots.open(grant);
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
      slots.takeHold(lt);
      offers.serve();
      return;
    }
    Grant cancelled = outgoing.cancel(lt, requestId);
    if (cancelled != null) {
      cancelled.cancelled = true;
      closeIfDone(cancelled);
      offers.serve();
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
    slots.sent(grant);
    LinkTorrent lt = grant.to;
    grant.lastNanos = turn.now;
    if (!ok) {
      close(grant);
      lt.torrent.injection.lost(lt, grant.piece);
    } else if (grant.queued == 0 && grant.sentBytes >= lt.torrent.layout.pieceLength(grant.piece)) {
      long took = Math.max(1, turn.now - grant.sinceNanos);
      if (lt.torrent.mode == TorrentMode.INJECT) {
        lt.torrent.pieceTook(took, slots.grants().size());
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
    offers.serve();
  }

  /** Offers free slots to those in line. */
  void serve() {
    offers.serve();
  }

  void tick() {
    choker.tick(slots.grants());
    slots.expireHolds();
    long idle = turn.config.upload().grantIdle().toNanos();
    for (Grant grant : List.copyOf(slots.grants())) {
      if (grant.queued == 0 && turn.now - grant.lastNanos > idle) {
        close(grant);
      } else {
        judgeSpeed(grant);
      }
    }
    offers.serve();
  }

  /** A receiver far below its share must not close the uploader to others. */
  private void judgeSpeed(Grant grant) {
    long age = turn.now - grant.sinceNanos;
    if (age >= SLOW_AFTER_NANOS) {
      double share =
          ownRate.bytesPerNano() / Math.max(slots.grants().size(), turn.config.upload().slots());
      long atMost = grant.sentBytes + PieceLayout.EXTENT_BYTES; // one may be nearly through
      grant.slow = atMost / (double) age < share / 4;
    }
    TorrentState torrent = grant.to.torrent;
    long together = (long) torrent.layout.pieceLength(grant.piece) * slots.grants().size();
    long usual = Math.max(ownRate.nanosFor(together), (long) torrent.transferNanos);
    long soft = Math.max(turn.config.request().softFloor().toNanos(), 3 * usual);
    if (age > (torrent.transferNanos == 0 ? Math.max(soft, SLOW_AFTER_NANOS) : soft)) {
      countOut(grant); // an origin does not wait for it: the piece may go to another as well
    }
  }

  /** The link or the torrent is gone. */
  void drop(LinkTorrent lt) {
    lt.torrent.line.leave(lt);
    slots.takeHold(lt);
    for (Grant grant : List.copyOf(slots.grants())) {
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

  private void close(Grant grant) {
    if (slots.close(grant)) {
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
      sharing += torrent == of || !torrent.line.isEmpty() || slots.sends(torrent) ? 1 : 0;
    }
    double own = ownRate.nanosFor(of.layout.pieceBytes());
    return (own == 0 ? of.pieceNanos : Math.min(own, of.pieceNanos)) * sharing;
  }
}
