package io.shoal.swarm.engine;

import java.util.ArrayList;
import java.util.List;

/** Which pieces readers want, and which another source takes off the swarm's hands. */
final class Reservations {

  private Reservations() {}

  static void want(TorrentState torrent, SwarmEvent.Wanted wanted) {
    int pieces = torrent.layout.pieceCount();
    int from = Math.max(0, wanted.from());
    int to = Math.min(pieces, wanted.to());
    for (int piece = from; piece < to; piece++) {
      torrent.wanted.set(piece);
    }
    if (from < pieces) {
      torrent.cursor = from;
    }
  }

  static void wantNothing(TorrentState torrent) {
    for (int piece = torrent.wanted.nextSet(0); piece >= 0; ) {
      torrent.wanted.clear(piece);
      piece = torrent.wanted.nextSet(piece + 1);
    }
  }

  /** Missing wanted pieces from the cursor on, whether or not they can be checked yet. */
  static void reserve(Turn turn, TorrentState torrent, SwarmEvent.Reserve reserve) {
    List<Integer> pieces = new ArrayList<>();
    int count = torrent.layout.pieceCount();
    for (int step = 0; step < count && pieces.size() < reserve.max(); step++) {
      int piece = (torrent.cursor + step) % count;
      if (torrent.wanted.get(piece) && !torrent.have.get(piece) && !torrent.busy.get(piece)) {
        pieces.add(piece);
        torrent.busy.set(piece);
        torrent.reserved.set(piece);
      }
    }
    turn.act(new SwarmAction.Reserved(torrent.digest, reserve.ticket(), pieces));
  }
}
