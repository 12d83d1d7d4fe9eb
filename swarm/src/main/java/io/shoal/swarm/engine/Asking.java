package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import io.shoal.swarm.picking.PiecePicker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks peers and origins for pieces. */
final class Asking {

  private final Turn turn;
  private final PiecePicker picker;

  Asking(Turn turn, PiecePicker picker) {
    this.turn = turn;
    this.picker = picker;
  }

  /** Asks for as much as may be under way at once. */
  void fill(TorrentState torrent) {
    if (!torrent.hungry()) {
      return;
    }
    int limit = limit(torrent);
    if (torrent.outstanding() >= limit) {
      return; // after most events
    }
    // What nobody has yet comes first: the more peers can share it, the sooner all are done.
    boolean chooses = turn.config.policy().originChooses();
    for (LinkTorrent lt : torrent.origins) {
      if (chooses
          && lt.askable(turn.now)
          && turn.now >= lt.nothingNewUntilNanos
          && torrent.outstanding() < limit) {
        askOrigin(lt, false);
      }
    }
    while (torrent.outstanding() < limit && askPeer(torrent)) {
      // one request after the other
    }
    if (turn.config.policy().naiveEndGame()) {
      askEverybody(torrent, limit);
    }
    if (chooses && torrent.outstanding() < limit && nobodyHasAnything(torrent)) {
      for (LinkTorrent lt : torrent.origins) {
        if (lt.askableInNeed(turn.now) && torrent.outstanding() < limit) {
          askOrigin(lt, true);
        }
      }
    }
  }

  /** Nothing is left to be asked for first: what is under way is asked of others, too. */
  private void askEverybody(TorrentState torrent, int limit) {
    if (torrent.outstanding() >= limit) {
      return;
    }
    int copies = 0;
    for (List<PieceDownload> downloads : torrent.downloads.values()) {
      copies += downloads.size();
    }
    for (int piece : List.copyOf(torrent.downloads.keySet())) {
      for (LinkTorrent lt : torrent.links) {
        if (copies < 2 * limit
            && !lt.link.isOrigin()
            && lt.askable(turn.now)
            && lt.theirHave.get(piece)
            && torrent.downloads.getOrDefault(piece, List.of()).stream()
                .noneMatch(d -> d.from == lt)) {
          start(lt, piece, true, false);
          copies++;
        }
      }
    }
  }

  /** Whether no peer has anything that is not here or under way. */
  private static boolean nobodyHasAnything(TorrentState torrent) {
    Bitfield missing = torrent.nearby.copy();
    missing.removeAll(torrent.have);
    missing.removeAll(torrent.busy);
    for (int piece = missing.nextSet(0); piece >= 0; piece = missing.nextSet(piece + 1)) {
      if (torrent.needed(piece)) {
        return false;
      }
    }
    return true;
  }

  private int limit(TorrentState torrent) {
    if (torrent.priority == Priority.PREWARM && turn.clientWaits()) {
      return turn.now < torrent.restUntilNanos ? 0 : 1;
    }
    return torrent.layout.pieceCount() < turn.config.request().smallTorrent()
        ? turn.config.request().piecesSmall()
        : turn.config.request().pieces();
  }

  private boolean askOrigin(LinkTorrent lt, boolean inNeed) {
    if (askSpecial(lt)) {
      return true;
    }
    Bitfield unwanted = unwanted(lt.torrent);
    if (inNeed && lt.outside) {
      leaveToImporters(lt.torrent, unwanted);
    }
    if (unwanted.isFull()) {
      return false;
    }
    OpenRequest request = newRequest(lt, PeerMessage.ANY, 0, 0);
    lt.pending = request;
    lt.inNeed = inNeed;
    turn.send(
        lt.link,
        new PeerMessage.Request(
            lt.torrent.number,
            request.id,
            PeerMessage.ANY,
            0,
            0,
            inNeed,
            Optional.of(unwanted),
            lt.torrent.priority));
    return true;
  }

  private void leaveToImporters(TorrentState torrent, Bitfield unwanted) {
    for (int p = unwanted.nextClear(0); p >= 0; p = unwanted.nextClear(p + 1)) {
      if (!torrent.importing.due(p, turn.now)) {
        unwanted.set(p);
      }
    }
  }

  /** What the origin need not send: here, under way, not asked for, or to be had from a peer. */
  private static Bitfield unwanted(TorrentState torrent) {
    Bitfield unwanted = torrent.wanted.copy();
    unwanted.flip();
    unwanted.addAll(torrent.have);
    unwanted.addAll(torrent.busy);
    unwanted.addAll(torrent.nearby);
    return unwanted;
  }

  private boolean askPeer(TorrentState torrent) {
    List<LinkTorrent> askable = new ArrayList<>();
    for (LinkTorrent lt : torrent.links) {
      boolean picked = !lt.link.isOrigin() || !turn.config.policy().originChooses();
      if (picked && lt.askable(turn.now)) {
        askable.add(lt);
      }
    }
    int piece = askable.isEmpty() ? -1 : picker.pick(view(torrent, askable), turn.random);
    if (piece < 0) {
      return false;
    }
    start(leastLoaded(askable, piece), piece, false, false);
    return true;
  }

  private PiecePicker.View view(TorrentState torrent, List<LinkTorrent> askable) {
    long now = turn.now;
    return new PiecePicker.View() {
      @Override
      public int pieceCount() {
        return torrent.layout.pieceCount();
      }

      @Override
      public int cursor() {
        return torrent.cursor;
      }

      @Override
      public int nextMissing(int piece) {
        return piece < torrent.have.size() ? torrent.have.nextClear(piece) : -1;
      }

      @Override
      public boolean needed(int piece) {
        return torrent.needed(piece);
      }

      @Override
      public int copies(int piece) {
        return torrent.copies[piece];
      }

      @Override
      public boolean obtainable(int piece) {
        for (LinkTorrent lt : askable) {
          if (lt.theirHave.get(piece)
              && (!lt.slow || torrent.onlySlow(piece))
              && (!lt.outside || torrent.importing.due(piece, now))) {
            return true;
          }
        }
        return false;
      }
    };
  }

  private LinkTorrent leastLoaded(List<LinkTorrent> askable, int piece) {
    LinkTorrent best = null;
    int ties = 0;
    for (LinkTorrent lt : askable) {
      if (!lt.theirHave.get(piece) || (lt.outside && !lt.torrent.importing.due(piece, turn.now))) {
        continue;
      }
      int load = lt.link.open.size();
      if (best == null
          || (best.slow && !lt.slow)
          || (best.slow == lt.slow && load < best.link.open.size())) {
        best = lt;
        ties = 1;
      } else if (best.slow == lt.slow
          && load == best.link.open.size()
          && turn.random.nextInt(++ties) == 0) {
        best = lt;
      }
    }
    if (best == null) {
      throw new IllegalStateException("picked a piece that nobody has");
    }
    return best;
  }

  private void start(LinkTorrent lt, int piece, boolean replacement, boolean urgent) {
    PieceDownload download = new PieceDownload(piece, lt, turn.now, replacement);
    lt.torrent.add(download);
    lt.pending = askExtent(download, urgent);
  }

  OpenRequest askExtent(PieceDownload download, boolean urgent) {
    LinkTorrent lt = download.from;
    int offset = download.askedTo;
    int length = lt.torrent.layout.extentLength(download.piece, offset);
    OpenRequest request = newRequest(lt, download.piece, offset, length);
    request.download = download;
    download.askedTo = offset + length;
    turn.send(
        lt.link,
        new PeerMessage.Request(
            lt.torrent.number,
            request.id,
            download.piece,
            offset,
            length,
            urgent,
            Optional.empty(),
            lt.torrent.priority));
    return request;
  }

  private OpenRequest newRequest(LinkTorrent lt, int piece, int offset, int length) {
    OpenRequest request =
        new OpenRequest(lt.link.newRequestId(), lt, turn.now, piece, offset, length);
    lt.link.open.put(request.id, request);
    lt.link.usedNanos = turn.now;
    return request;
  }

  /** Asks for one certain piece, of a peer if one has it, else of the origin. */
  void askFor(TorrentState torrent, int piece, @Nullable LinkTorrent not, boolean urgent) {
    LinkTorrent chosen = null;
    LinkTorrent origin = null;
    for (LinkTorrent lt : torrent.links) {
      if (lt == not || !lt.joined() || lt.excluded || !lt.theirHave.get(piece)) {
        continue;
      }
      if (lt.link.isOrigin()) {
        origin = lt;
      } else if (lt.askable(turn.now) && (chosen == null || better(lt, chosen))) {
        chosen = lt;
      }
    }
    if (chosen != null && !chosen.slow) {
      start(chosen, piece, true, urgent);
    } else if (origin != null && origin.pending == null && !origin.placeHeld) {
      start(origin, piece, true, urgent);
    } else if (origin != null) {
      origin.special = piece;
      origin.specialUrgent = urgent;
    } else if (chosen != null) {
      start(chosen, piece, true, urgent);
    }
  }

  private static boolean better(LinkTorrent lt, LinkTorrent than) {
    return lt.slow == than.slow ? than.outside && !lt.outside : than.slow;
  }

  /** Asks an origin for the piece set aside for it, if it is still missing. */
  private boolean askSpecial(LinkTorrent lt) {
    int piece = lt.special;
    lt.special = -1;
    TorrentState torrent = lt.torrent;
    if (piece < 0
        || torrent.have.get(piece)
        || torrent.checking.get(piece)
        || !torrent.wanted.get(piece)
        || torrent.downloads.getOrDefault(piece, List.of()).size() > 1) {
      return false;
    }
    start(lt, piece, torrent.busy.get(piece), lt.specialUrgent);
    return true;
  }

  /** Nothing more is wanted: others move up. */
  void giveUpPlaces(TorrentState torrent) {
    for (LinkTorrent lt : torrent.links) {
      if (lt.placeHeld) {
        lt.placeHeld = false;
        turn.send(lt.link, new PeerMessage.Cancel(torrent.number, PeerMessage.Cancel.PLACE));
      }
    }
  }

  /** A slot is offered: use it for the best piece there is now. False if there is none. */
  boolean take(LinkTorrent lt) {
    TorrentState torrent = lt.torrent;
    int limit = limit(torrent);
    int room = limit > 1 ? limit + 2 : limit;
    if (!torrent.hungry() || torrent.outstanding() >= room || lt.pending != null || lt.excluded) {
      return false;
    }
    if (lt.link.isOrigin() && turn.config.policy().originChooses()) {
      return askOrigin(lt, lt.inNeed);
    }
    int piece = picker.pick(view(torrent, List.of(lt)), turn.random);
    if (piece >= 0) {
      start(lt, piece, false, false);
    }
    return piece >= 0;
  }
}
