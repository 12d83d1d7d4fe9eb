package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells linked peers which pieces are here and which states are signed. A batch of states goes to a
 * peer with the first piece that the peer may have from here and cannot check without it: told to
 * everybody at once, each batch would cross every link twice.
 */
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
    return torrent.newsSinceNanos + Math.min(turn.config.link().haveDelay().toNanos(), half);
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
        tellHeld(lt);
        turn.send(lt.link, new PeerMessage.HaveAll(torrent.number));
        continue;
      }
      List<Integer> unknown = new ArrayList<>(pieces.size());
      for (int piece : pieces) {
        if (!lt.theirHave.get(piece)) {
          tellFor(lt, piece);
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
    lt.finalKnown = join.finalKnown();
    if (join.statesKnown() >= lt.torrent.layout.pieceCount() - 1) {
      lt.statesKnown.setAll();
    }
    tellFinal(lt);
    if (lt.torrent.mode == TorrentMode.INJECT) {
      tellAll(lt);
    } else {
      tellHeld(lt);
    }
  }

  void states(LinkTorrent from, SignedStates batch) {
    TorrentState torrent = from.torrent;
    checkAbout(
        torrent, batch.digest().equals(torrent.digest), batch.layout().equals(torrent.layout));
    knows(from, batch);
    learn(torrent, batch);
  }

  void metaInfo(LinkTorrent from, SignedFinal whole) {
    TorrentState torrent = from.torrent;
    checkAbout(
        torrent, whole.digest().equals(torrent.digest), whole.layout().equals(torrent.layout));
    from.finalKnown = true;
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
      boolean atOnce = torrent.mode == TorrentMode.INJECT;
      for (LinkTorrent lt : torrent.links) {
        for (StateEntry entry : batch.entries()) {
          if (atOnce) {
            tellState(lt, entry.piece());
          } else {
            tellFor(lt, entry.piece());
            tellFor(lt, entry.piece() + 1);
          }
        }
      }
    }
  }

  /** The metainfo, from a peer or made here. */
  void learn(TorrentState torrent, SignedFinal whole) {
    if (whole.epoch() >= torrent.epoch && torrent.states.complete(whole)) {
      torrent.epoch = whole.epoch();
      torrent.links.forEach(this::tellFinal);
    }
  }

  private void tellFinal(LinkTorrent lt) {
    SignedFinal whole = lt.torrent.states.metaInfo();
    if (whole != null && lt.joined() && !lt.finalKnown) {
      lt.finalKnown = true;
      turn.send(lt.link, new PeerMessage.Final(lt.torrent.number, whole));
    }
  }

  /** An origin chooses what it sends, also before it has told of the piece. */
  private void tellAll(LinkTorrent lt) {
    for (int piece = 0; piece < lt.torrent.have.size(); piece++) {
      tellState(lt, piece);
    }
  }

  /** States for every piece here that the peer lacks. */
  private void tellHeld(LinkTorrent lt) {
    Bitfield held = lt.torrent.have;
    for (int piece = held.nextSet(0); piece >= 0; piece = held.nextSet(piece + 1)) {
      tellFor(lt, piece);
    }
  }

  /** The states on both sides of a piece that the peer may ask us for. */
  private void tellFor(LinkTorrent lt, int piece) {
    TorrentState torrent = lt.torrent;
    if (piece < torrent.have.size() && torrent.have.get(piece) && !lt.theirHave.get(piece)) {
      tellState(lt, piece - 1);
      tellState(lt, piece);
    }
  }

  /** States go out before the haves that rest on them, on the same link. */
  private void tellState(LinkTorrent lt, int piece) {
    SignedStates batch = piece < 0 ? null : lt.torrent.states.batchOf(piece);
    if (batch != null && lt.joined() && !lt.finalKnown && !lt.knowsState(piece)) {
      knows(lt, batch);
      turn.send(lt.link, new PeerMessage.States(lt.torrent.number, batch));
    }
  }

  private static void knows(LinkTorrent lt, SignedStates batch) {
    batch.entries().forEach(entry -> lt.statesKnown.set(entry.piece()));
  }
}
