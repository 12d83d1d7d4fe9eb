package io.shoal.swarm.engine;

import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/** Tells linked peers which pieces are here and which states are signed. */
final class Gossip {

  private final Turn turn;

  Gossip(Turn turn) {
    this.turn = turn;
  }

  /** A piece became available here; peers hear of it with the next batch. */
  void news(TorrentState torrent, int piece) {
    if (torrent.news.isEmpty()) {
      torrent.newsSinceNanos = turn.now;
    }
    torrent.news.add(piece);
    if (torrent.complete()) {
      flush(torrent);
    }
  }

  /** When the waiting batch is due: after half a piece time, at most the configured delay. */
  long dueNanos(TorrentState torrent) {
    long half = (long) (torrent.pieceNanos / 2);
    return torrent.newsSinceNanos + Math.min(turn.config.haveDelay().toNanos(), half);
  }

  void flushIfDue(TorrentState torrent) {
    if (!torrent.news.isEmpty() && dueNanos(torrent) <= turn.now) {
      flush(torrent);
    }
  }

  private void flush(TorrentState torrent) {
    List<Integer> pieces = torrent.news.stream().sorted().toList();
    torrent.news.clear();
    for (LinkTorrent lt : torrent.links) {
      // Also to a peer that has not answered our Join: the Join told what was here then.
      if (lt.theirHave.isFull()) {
        continue;
      }
      if (torrent.complete()) {
        turn.send(lt.link, new PeerMessage.HaveAll(torrent.number));
        continue;
      }
      List<Integer> unknown = new ArrayList<>(pieces.size());
      for (int piece : pieces) {
        if (!lt.theirHave.get(piece)) {
          unknown.add(piece);
        }
      }
      if (!unknown.isEmpty()) {
        turn.send(lt.link, new PeerMessage.Have(torrent.number, unknown));
      }
    }
  }

  /** A peer joined and told how much it knows: tell it the rest. */
  void introduce(LinkTorrent lt, PeerMessage.Join join) {
    lt.finalTold = join.finalKnown();
    StatesBook book = lt.torrent.states;
    boolean knowsAll = join.statesKnown() >= lt.torrent.layout.pieceCount() - 1;
    lt.batchesTold = knowsAll ? book.batches().size() : 0;
    tell(lt);
  }

  void states(LinkTorrent from, SignedStates batch) {
    TorrentState torrent = from.torrent;
    checkAbout(
        torrent, batch.digest().equals(torrent.digest), batch.layout().equals(torrent.layout));
    learn(torrent, batch);
  }

  void metaInfo(LinkTorrent from, SignedFinal whole) {
    TorrentState torrent = from.torrent;
    checkAbout(
        torrent, whole.digest().equals(torrent.digest), whole.layout().equals(torrent.layout));
    from.finalTold = true;
    learn(torrent, whole);
  }

  private static void checkAbout(TorrentState torrent, boolean sameBlob, boolean sameLayout) {
    if (!sameBlob || !sameLayout) {
      throw new ProtocolViolation("states of another blob in torrent " + torrent.digest.shortHex());
    }
  }

  /** New states, from a peer or made here. */
  void learn(TorrentState torrent, SignedStates batch) {
    if (batch.epoch() >= torrent.epoch && torrent.states.add(batch)) {
      torrent.epoch = batch.epoch();
      torrent.links.forEach(this::tell);
    }
  }

  /** The metainfo, from a peer or made here. */
  void learn(TorrentState torrent, SignedFinal whole) {
    if (whole.epoch() >= torrent.epoch && torrent.states.complete(whole)) {
      torrent.epoch = whole.epoch();
      torrent.links.forEach(this::tell);
    }
  }

  /** States go out before the haves that rest on them, on the same link. */
  private void tell(LinkTorrent lt) {
    if (!lt.joined() || lt.finalTold) {
      return;
    }
    TorrentState torrent = lt.torrent;
    SignedFinal whole = torrent.states.metaInfo();
    if (whole != null) {
      lt.finalTold = true;
      turn.send(lt.link, new PeerMessage.Final(torrent.number, whole));
      return;
    }
    List<SignedStates> batches = torrent.states.batches();
    while (lt.batchesTold < batches.size()) {
      turn.send(lt.link, new PeerMessage.States(torrent.number, batches.get(lt.batchesTold++)));
    }
  }
}
