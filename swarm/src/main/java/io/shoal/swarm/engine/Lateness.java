package io.shoal.swarm.engine;

import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches the clock for what is under way: a late piece gets one replacement, a very late one is
 * cancelled, and the piece at the reader is fetched from wherever it is.
 */
final class Lateness {

  /** A place in line that has led to nothing for so long is given up. */
  private static final long PLACE_NANOS = 10_000_000_000L;

  /** A slow peer is tried again after this. */
  private static final long SLOW_NANOS = 1_000_000_000L;

  /** The piece at the reader is not fetched at any price before it has waited this long. */
  private static final long CURSOR_NANOS = 250_000_000L;

  /** How far the hard limit stretches when piece after piece runs into it. */
  private static final int MOST_PATIENCE = 256;

  private static final long UNKNOWN_PIECE_NANOS = 1_000_000_000L;

  private final Turn turn;
  private final Asking asking;
  private final Downloads downloads;

  Lateness(Turn turn, Asking asking, Downloads downloads) {
    this.turn = turn;
    this.asking = asking;
    this.downloads = downloads;
  }

  void tick(TorrentState torrent) {
    for (LinkTorrent lt : torrent.links) {
      OpenRequest pending = lt.pending;
      long hardNanos = turn.config.request().hardFloor().toNanos();
      if (pending != null && pending.any && turn.now - pending.askedNanos > 2 * hardNanos) {
        pending.cancelled = true;
        lt.pending = null;
        lt.notBeforeNanos = turn.now + turn.config.request().backOff().toNanos();
        turn.send(lt.link, new PeerMessage.Cancel(torrent.number, pending.id));
      }
      long forgiven = Math.max(SLOW_NANOS, (long) (50 * torrent.transferNanos));
      if (lt.slow && lt.downloads == 0 && turn.now - lt.slowSinceNanos > forgiven) {
        torrent.judge(lt, false, turn.now);
      }
      if (lt.placeHeld && turn.now - lt.placeSinceNanos > PLACE_NANOS) {
        lt.placeHeld = false;
        turn.send(lt.link, new PeerMessage.Cancel(torrent.number, PeerMessage.Cancel.PLACE));
      }
    }
    late(torrent);
    urgent(torrent);
    asking.fill(torrent);
  }

  private void late(TorrentState torrent) {
    List<PieceDownload> all = new ArrayList<>();
    torrent.downloads.values().forEach(all::addAll);
    long own = turn.ownNanos();
    int late = 0;
    List<LinkTorrent> lateOnes = new ArrayList<>();
    for (PieceDownload download : all) {
      long age = turn.now - download.startedNanos;
      long expected = Math.max(own, expectedNanos(download));
      long hard = Math.max(turn.config.request().hardFloor().toNanos(), 10 * expected);
      if (age > hard * torrent.patience) {
        // If this goes on, our idea of how long a piece takes is wrong: wait longer the next time.
        torrent.patience = Math.min(MOST_PATIENCE, 2 * torrent.patience);
        LinkTorrent lt = download.from;
        lt.notBeforeNanos = turn.now + turn.config.request().backOff().toNanos();
        torrent.judge(lt, true, turn.now);
        downloads.drop(download, null);
      } else if (age > Math.max(turn.config.request().softFloor().toNanos(), 3 * expected)) {
        download.late = true;
        lateOnes.add(download.from);
        late++;
      }
    }
    // When most are late it is our own link that is slow: more copies would make it slower.
    if (late * 2 <= all.size() || all.size() == 1) {
      lateOnes.forEach(lt -> torrent.judge(lt, true, turn.now));
      all.stream().filter(d -> d.late).forEach(this::replace);
    }
  }

  private long expectedNanos(PieceDownload download) {
    TorrentState torrent = download.from.torrent;
    long unknown =
        torrent.transferNanos == 0 ? UNKNOWN_PIECE_NANOS : (long) (2 * torrent.transferNanos);
    return Math.max(
        download.from.link.download.nanosFor(download.from.link.bytesAhead(), unknown),
        (long) torrent.transferNanos);
  }

  private void replace(PieceDownload download) {
    TorrentState torrent = download.from.torrent;
    List<PieceDownload> copies = torrent.downloads.get(download.piece);
    if (copies != null && copies.size() == 1) {
      asking.askFor(torrent, download.piece, download.from, false);
    }
  }

  /** The piece at the reader's position does not come by itself: fetch it, even from the origin. */
  private void urgent(TorrentState torrent) {
    int piece = torrent.hungry() ? torrent.nextMissing() : -1;
    if (piece != torrent.cursorPiece) {
      torrent.cursorPiece = piece;
      torrent.cursorSinceNanos = turn.now;
    }
    long usual = Math.max(turn.ownNanos(), (long) torrent.transferNanos);
    long patience = Math.max(CURSOR_NANOS, 3 * usual);
    if (piece >= 0 && torrent.needed(piece) && turn.now - torrent.cursorSinceNanos > patience) {
      torrent.cursorSinceNanos = turn.now;
      asking.askFor(torrent, piece, null, true);
    }
  }
}
