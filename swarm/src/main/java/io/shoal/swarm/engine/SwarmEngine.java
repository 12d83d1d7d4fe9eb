package io.shoal.swarm.engine;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.swarm.injection.FewestCopiesFirst;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import io.shoal.swarm.message.RejectReason;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * All decisions of one process about all of its torrents: whom to link to, what to ask for, whom to
 * serve. A pure state machine: the only inputs are events, the time given with them and a seeded
 * generator; payload never enters. One engine per process, because upload slots and fairness span
 * torrents. Not thread-safe: one thread owns it.
 *
 * <p>Hostile input: a peer that breaks the protocol gets its link closed. That includes one that
 * asks 64 times while it stands in line, tells of pieces it has told of (more than twice as often
 * as there are pieces), or refuses 64 times what it told of.
 *
 * <p>Memory: a link holds at most 256 joins of unknown torrents, each with a bitfield; for each
 * torrent that both sides joined three bitfields, one unanswered first request, the requests of two
 * pieces, {@link SwarmConfig.UploadLimits#queuedExtents} sends, the ids of {@link
 * SwarmConfig.LinkLimits#knownPeers} peers and one place in line with a bitfield. A torrent holds
 * six bitfields and at most 40 bytes for each piece, {@link SwarmConfig.LinkLimits#mostPerTorrent}
 * links, {@link SwarmConfig.LinkLimits#knownPeers} peers, 256 members of its rack and its signed
 * states. Places in line are {@link SwarmConfig.UploadLimits#lineLength} over all torrents.
 */
public final class SwarmEngine {

  private static final long ACTIVE_NANOS = 10_000_000L;
  private static final long IDLE_NANOS = 500_000_000L;

  private final Turn turn;
  private long lookedNanos = Long.MIN_VALUE / 2;
  private final Gossip gossip;
  private final Uploads uploads;
  private final Asking asking;
  private final Downloads downloads;
  private final Lateness lateness;
  private final Memberships memberships;
  private final PeerFinding peers;

  /** An engine for the process with this identity. */
  public SwarmEngine(SwarmConfig config, PeerId self, RandomGenerator random) {
    this.turn = new Turn(config, self, random);
    this.gossip = new Gossip(turn);
    this.uploads = new Uploads(turn, new FewestCopiesFirst());
    this.asking = new Asking(turn, config.policy().picker(config.request().window()));
    this.downloads = new Downloads(turn, asking);
    this.lateness = new Lateness(turn, asking, downloads);
    this.peers = new PeerFinding(turn);
    this.memberships = new Memberships(turn, asking, downloads, uploads, gossip, peers);
    peers.joinBy(memberships::join);
  }

  /**
   * Takes one event.
   *
   * @param nowNanos monotonic time, never going back
   * @return what the shell is to do, in order
   */
  public List<SwarmAction> on(long nowNanos, SwarmEvent event) {
    turn.now = nowNanos;
    switch (event) {
      case SwarmEvent.AddTorrent e -> memberships.add(e);
      case SwarmEvent.Raise e -> with(e.digest(), t -> memberships.raise(t, Priority.ON_DEMAND));
      case SwarmEvent.RemoveTorrent e -> memberships.remove(e.digest());
      case SwarmEvent.NoSuchBlob e -> memberships.noSuchBlob(e);
      case SwarmEvent.PeersFound e -> peers.found(e.digest(), e.peers());
      case SwarmEvent.LinkUp e -> memberships.linkUp(e);
      case SwarmEvent.LinkDown e -> memberships.linkDown(e.link());
      case SwarmEvent.DialFailed e -> peers.dialFailed(e.peer());
      case SwarmEvent.Received e -> received(e);
      case SwarmEvent.ExtentArrived e -> extentArrived(e);
      case SwarmEvent.ExtentSent e -> uploads.sent(e.sendId(), e.ok());
      case SwarmEvent.PieceAttested e -> with(e.digest(), t -> attested(t, e.piece()));
      case SwarmEvent.PieceFailed e -> with(e.digest(), t -> downloads.failed(t, e));
      case SwarmEvent.StatesSigned e -> with(e.digest(), t -> gossip.learn(t, e.states()));
      case SwarmEvent.FinalSigned e -> with(e.digest(), t -> gossip.learn(t, e.metaInfo()));
      case SwarmEvent.Aborted e -> with(e.digest(), t -> abort(t, e.reason()));
      case SwarmEvent.Wanted e -> with(e.digest(), t -> wanted(t, e));
      case SwarmEvent.Unwanted e -> with(e.digest(), Reservations::wantNothing);
      case SwarmEvent.Reserve e -> with(e.digest(), t -> Reservations.reserve(turn, t, e));
      case SwarmEvent.Unreserve e -> with(e.digest(), t -> unreserve(t, e.piece()));
      case SwarmEvent.OriginsChanged e -> turn.stripe = e;
      case SwarmEvent.Tick() -> tick();
    }
    return turn.takeActions();
  }

  /** When the next {@link SwarmEvent.Tick} is due if nothing else happens. */
  public long nextWakeNanos() {
    boolean active = uploads.active();
    long wake = Long.MAX_VALUE;
    for (TorrentState torrent : turn.torrents.values()) {
      if (!torrent.news.isEmpty()) {
        wake = Math.min(wake, gossip.dueNanos(torrent));
      }
      active |= torrent.hungry() || !torrent.line.isEmpty();
    }
    // Counted from the last look at the clock, not from the last event: events must not put it off.
    return Math.min(wake, lookedNanos + (active ? ACTIVE_NANOS : IDLE_NANOS));
  }

  private void with(Digest digest, Consumer<TorrentState> change) {
    TorrentState torrent = turn.torrents.get(digest);
    if (torrent != null) {
      change.accept(torrent);
    }
  }

  private void received(SwarmEvent.Received event) {
    LinkState link = turn.links.get(event.link());
    if (link == null) {
      return;
    }
    try {
      message(link, event.message());
    } catch (ProtocolViolation violation) {
      turn.act(new SwarmAction.CloseLink(link.id, String.valueOf(violation.getMessage())));
      memberships.linkDown(link.id);
    }
  }

  private void message(LinkState link, PeerMessage message) {
    switch (message) {
      case PeerMessage.Join m -> memberships.join(link, m);
      case PeerMessage.Leave m -> memberships.leave(link, m);
      case PeerMessage.Data m -> downloads.data(link, m);
      case PeerMessage.Busy m -> downloads.busy(link, m);
      case PeerMessage.Reject m -> downloads.reject(link, m);
      case PeerMessage.Request m -> request(link, m);
      case PeerMessage.Ping m -> turn.send(link, new PeerMessage.Pong(m.nonce()));
      case PeerMessage.Pong _ -> {}
      case PeerMessage.Have m -> memberships.have(link, m);
      case PeerMessage.HaveAll m -> memberships.haveAll(link, m);
      case PeerMessage.Ready m -> about(link, m, downloads::ready);
      case PeerMessage.Cancel m -> about(link, m, lt -> uploads.cancel(lt, m.requestId()));
      case PeerMessage.States m ->
          about(link, m, lt -> states(lt, () -> gossip.states(lt, m.states())));
      case PeerMessage.Final m ->
          about(link, m, lt -> states(lt, () -> gossip.metaInfo(lt, m.metaInfo())));
      case PeerMessage.Abort m -> about(link, m, lt -> aborted(lt, m));
      case PeerMessage.Pex m -> about(link, m, lt -> peers.pex(lt, m));
    }
  }

  /** A message about a torrent that was left meanwhile is late, not wrong. */
  private static void about(LinkState link, PeerMessage message, Consumer<LinkTorrent> action) {
    LinkTorrent lt = link.byTheirNumber.get(message.torrent());
    if (lt != null) {
      action.accept(lt);
    }
  }

  private void request(LinkState link, PeerMessage.Request request) {
    LinkTorrent lt = link.byTheirNumber.get(request.torrent());
    if (lt == null) {
      turn.send(
          link,
          new PeerMessage.Reject(request.torrent(), request.requestId(), RejectReason.BAD_REQUEST));
      return;
    }
    uploads.request(lt, request);
  }

  private void states(LinkTorrent lt, Runnable learn) {
    learn.run();
    asking.fill(lt.torrent);
  }

  private void extentArrived(SwarmEvent.ExtentArrived event) {
    LinkState link = turn.links.get(event.link());
    if (link != null) {
      downloads.extentArrived(link, event.requestId());
    }
  }

  private void attested(TorrentState torrent, int piece) {
    if (!torrent.have.set(piece)) {
      return;
    }
    downloads.arrived(torrent, piece);
    gossip.news(torrent, piece);
    if (torrent.complete()) {
      if (torrent.mode == TorrentMode.LEECH) {
        torrent.mode = TorrentMode.SEED;
      }
      asking.giveUpPlaces(torrent);
      turn.act(new SwarmAction.Complete(torrent.digest));
    } else {
      asking.fill(torrent);
    }
    uploads.serve();
  }

  private void wanted(TorrentState torrent, SwarmEvent.Wanted wanted) {
    Reservations.want(torrent, wanted);
    peers.connect(torrent);
    asking.fill(torrent);
  }

  private void unreserve(TorrentState torrent, int piece) {
    if (torrent.reserved.clear(piece)) {
      torrent.settle(piece);
      asking.fill(torrent);
    }
  }

  private void abort(TorrentState torrent, String reason) {
    for (LinkTorrent lt : torrent.links) {
      turn.send(lt.link, new PeerMessage.Abort(torrent.number, torrent.epoch, reason));
    }
    turn.act(new SwarmAction.Drop(torrent.digest, torrent.epoch, reason));
    memberships.remove(torrent.digest);
  }

  /** Only an origin may end a blob, and only the epoch that it speaks of. */
  private void aborted(LinkTorrent lt, PeerMessage.Abort abort) {
    if (!lt.link.isOrigin()) {
      throw new ProtocolViolation("abort from a peer that is no origin");
    }
    TorrentState torrent = lt.torrent;
    if (abort.epoch() == torrent.epoch && !torrent.complete()) {
      turn.act(new SwarmAction.Drop(torrent.digest, abort.epoch(), abort.reason()));
      memberships.remove(torrent.digest);
    }
  }

  private void tick() {
    turn.torrents.values().forEach(gossip::flushIfDue);
    if (turn.now - lookedNanos < ACTIVE_NANOS) {
      return;
    }
    lookedNanos = turn.now;
    for (TorrentState torrent : List.copyOf(turn.torrents.values())) {
      peers.tick(torrent);
      if (torrent.hungry()) {
        lateness.tick(torrent);
      }
    }
    uploads.tick();
    memberships.closeIdle();
  }
}
