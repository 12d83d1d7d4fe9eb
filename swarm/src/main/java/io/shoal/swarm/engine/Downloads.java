package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.RejectReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows each request to its end: answers, outcomes, and what is given up. */
final class Downloads {

  private static final long ASK_PEERS_FLOOR_NANOS = 25_000_000L;
  private static final long SHUT_DOWN_NANOS = 10_000_000_000L;

  /** A torrent that rests longer is taken for one that the swarm cannot help. */
  private static final long MOST_REST_NANOS = 2_000_000_000L;

  private final Turn turn;
  private final Asking asking;

  Downloads(Turn turn, Asking asking) {
    this.turn = turn;
    this.asking = asking;
  }

  void data(LinkState link, PeerMessage.Data data) {
    OpenRequest request = link.open.get(data.requestId());
    if (request == null || request.streaming) {
      throw new ProtocolViolation("data that was never asked for");
    }
    checkAnswer(request, data);
    request.streaming = true;
    LinkTorrent lt = request.from;
    TorrentState torrent = lt.torrent;
    if (request.cancelled || !turn.torrents.containsKey(torrent.digest)) {
      turn.act(new SwarmAction.Discard(link.id, data));
      return;
    }
    if (request.any) {
      request.piece = data.piece();
      request.length = data.length();
      boolean second = torrent.have.get(data.piece()) || torrent.busy.get(data.piece());
      PieceDownload download = new PieceDownload(data.piece(), lt, request.askedNanos, second);
      download.askedTo = data.length();
      request.download = download;
      torrent.add(download);
    }
    PieceDownload download = request.download;
    if (lt.pending == request) {
      lt.pending = null;
      while (download != null && download.askedTo < torrent.layout.pieceLength(download.piece)) {
        asking.askExtent(download, false);
      }
    }
    turn.act(
        torrent.have.get(data.piece())
            ? new SwarmAction.Discard(link.id, data)
            : new SwarmAction.Accept(link.id, torrent.digest, data));
    asking.fill(torrent);
  }

  private static void checkAnswer(OpenRequest request, PeerMessage.Data data) {
    PieceLayout layout = request.from.torrent.layout;
    boolean good =
        request.any
            ? data.piece() >= 0
                && data.piece() < layout.pieceCount()
                && data.offset() == 0
                && data.length() == layout.extentLength(data.piece(), 0)
            : data.piece() == request.piece
                && data.offset() == request.offset
                && data.length() == request.length;
    if (!good) {
      throw new ProtocolViolation("data for another extent than asked for");
    }
  }

  void extentArrived(LinkState link, int requestId) {
    OpenRequest request = link.open.remove(requestId);
    if (request == null) {
      return;
    }
    link.usedNanos = turn.now;
    link.receivedBytes += request.length;
    link.download.arrived(turn.now, request.askedNanos, request.length);
    turn.ownRate.moved(turn.now, request.length);
    PieceDownload download = request.download;
    if (request.cancelled || download == null) {
      return;
    }
    TorrentState torrent = request.from.torrent;
    download.arrivedBytes += request.length;
    if (download.arrivedBytes >= torrent.layout.pieceLength(download.piece)) {
      long took = turn.now - download.startedNanos;
      torrent.pieceTook(took, torrent.outstanding());
      torrent.restUntilNanos =
          turn.now + Math.min(MOST_REST_NANOS, took * turn.config.upload().prewarmShare());
      if (!torrent.have.get(download.piece) && !download.failed) {
        torrent.checking.set(download.piece);
      }
      torrent.remove(download);
      torrent.judge(request.from, download.late, turn.now);
    }
    asking.fill(torrent);
  }

  void busy(LinkState link, PeerMessage.Busy busy) {
    OpenRequest request = unanswered(link, busy.requestId());
    if (request != null && release(request)) {
      request.from.placeHeld = true;
      request.from.placeSinceNanos = turn.now;
      asking.fill(request.from.torrent);
    }
  }

  void ready(LinkTorrent lt) {
    lt.placeHeld = false;
    if (!asking.take(lt)) {
      turn.send(lt.link, new PeerMessage.Cancel(lt.torrent.number, PeerMessage.Cancel.PLACE));
    }
  }

  void reject(LinkState link, PeerMessage.Reject reject) {
    OpenRequest request = unanswered(link, reject.requestId());
    if (request == null) {
      return;
    }
    LinkTorrent lt = request.from;
    if (reject.reason() == RejectReason.MISSING && request.piece >= 0) {
      lt.lacksWhatItTold();
      if (lt.theirHave.clear(request.piece)) {
        lt.torrent.count(lt, request.piece, -1, turn.now);
      }
    }
    boolean heldBack = reject.reason() == RejectReason.ASK_PEERS && !request.any;
    if (reject.reason() == RejectReason.ASK_PEERS && request.any && !lt.inNeed) {
      lt.nothingNewUntilNanos = turn.now + pause(lt.torrent, reject.reason());
    } else if (!heldBack) {
      lt.notBeforeNanos = turn.now + pause(lt.torrent, reject.reason());
    }
    release(request);
    asking.fill(lt.torrent);
  }

  private long pause(TorrentState torrent, RejectReason reason) {
    return switch (reason) {
      case MISSING, CANCELLED -> 0;
      case ASK_PEERS -> Math.max(ASK_PEERS_FLOOR_NANOS, (long) (10 * torrent.pieceNanos));
      case SHUTTING_DOWN -> SHUT_DOWN_NANOS;
      case LINE_FULL, FULL, BAD_REQUEST, READ_FAILED -> turn.config.request().backOff().toNanos();
    };
  }

  private @Nullable OpenRequest unanswered(LinkState link, int requestId) {
    OpenRequest request = link.open.get(requestId);
    if (request == null || request.streaming) {
      throw new ProtocolViolation("an answer to a request that was never made");
    }
    link.open.remove(requestId);
    if (request.from.pending == request) {
      request.from.pending = null;
    }
    return request.cancelled ? null : request;
  }

  /** The request will bring nothing: frees its piece. False if the torrent is gone. */
  private boolean release(OpenRequest request) {
    if (request.download != null) {
      drop(request.download, request);
    }
    return turn.torrents.containsKey(request.from.torrent.digest);
  }

  /** Gives a download up; its other requests are cancelled. */
  void drop(PieceDownload download, @Nullable OpenRequest answered) {
    LinkTorrent lt = download.from;
    boolean begun = download.arrivedBytes > 0;
    for (OpenRequest open : lt.link.open.values()) {
      if (open.download == download && open != answered && !open.cancelled) {
        open.cancelled = true;
        begun |= open.streaming;
        if (!open.streaming) {
          turn.send(lt.link, new PeerMessage.Cancel(lt.torrent.number, open.id));
        }
      }
    }
    if (lt.pending != null && lt.pending.download == download) {
      lt.pending = null;
    }
    lt.torrent.remove(download);
    if (begun) {
      turn.act(new SwarmAction.Abandon(lt.link.id, lt.torrent.digest, download.piece));
    }
  }

  // Outcomes.

  /** The piece is here: whatever else was on its way for it is not needed. */
  void arrived(TorrentState torrent, int piece) {
    torrent.progressNanos = turn.now;
    torrent.patience = 1;
    torrent.reserved.clear(piece);
    torrent.checking.clear(piece);
    for (PieceDownload download : List.copyOf(torrent.downloads.getOrDefault(piece, List.of()))) {
      drop(download, null);
    }
    torrent.settle(piece);
  }

  void failed(TorrentState torrent, SwarmEvent.PieceFailed failure) {
    int piece = failure.piece();
    torrent.checking.clear(piece);
    torrent.settle(piece);
    LinkState link = turn.links.get(failure.link());
    LinkTorrent lt = link == null ? null : link.torrents.get(torrent.digest);
    for (PieceDownload download : torrent.downloads.getOrDefault(piece, List.of())) {
      download.failed |= download.from == lt;
    }
    if (lt != null && failure.senderAtFault()) {
      turn.act(
          new SwarmAction.Report(
              lt.link.peer.id(), torrent.digest, "piece " + piece + " does not match its state"));
      if (lt.link.isOrigin()) {
        lt.notBeforeNanos = turn.now + turn.config.request().backOff().toNanos();
      } else {
        exclude(lt);
      }
    }
    asking.fill(torrent);
  }

  private void exclude(LinkTorrent lt) {
    lt.excluded = true;
    for (List<PieceDownload> list : List.copyOf(lt.torrent.downloads.values())) {
      for (PieceDownload download : List.copyOf(list)) {
        if (download.from == lt) {
          drop(download, null);
        }
      }
    }
    forgetCopies(lt);
  }

  /** The peer's copies no longer count. */
  void forgetCopies(LinkTorrent lt) {
    if (lt.link.isOrigin()) {
      return;
    }
    Bitfield theirs = lt.theirHave;
    for (int p = theirs.nextSet(0); p >= 0; p = theirs.nextSet(p + 1)) {
      lt.torrent.count(lt, p, -1, turn.now);
      theirs.clear(p);
    }
  }

  /** The link or the torrent is gone. */
  void dropAll(LinkTorrent lt) {
    for (OpenRequest request : List.copyOf(lt.link.open.values())) {
      if (request.from == lt) {
        request.cancelled = true;
        if (request.download != null) {
          PieceDownload download = request.download;
          lt.torrent.remove(download);
          turn.act(new SwarmAction.Abandon(lt.link.id, lt.torrent.digest, download.piece));
        }
      }
    }
    lt.pending = null;
  }
}
