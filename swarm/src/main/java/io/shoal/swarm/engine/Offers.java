package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.swarm.injection.InjectionPolicy;
import io.shoal.swarm.message.PeerMessage;
import java.util.Map;

/** Offers free upload slots to those who stand in line, by READY. */
final class Offers {

  private final Turn turn;
  private final Slots slots;
  private final Choker choker;
  private final InjectionPolicy injectionPolicy;

  Offers(Turn turn, Slots slots, Choker choker, InjectionPolicy injectionPolicy) {
    this.turn = turn;
    this.slots = slots;
    this.choker = choker;
    this.injectionPolicy = injectionPolicy;
  }

  /** Offers free slots to those in line: by rank, then the torrent served least, then by place. */
  void serve() {
    while (slots.free() > 0 && offerOne()) {
      // one slot after the other
    }
  }

  private boolean offerOne() {
    Precedence.Turns turns = slots.turns();
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
    slots.hold(next, new Slots.Hold(until, promised, nextPlace.priority()));
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
}
