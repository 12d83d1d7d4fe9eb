package io.shoal.swarm.engine;

import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.RejectReason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Granted extents on their way to the shell. It gets few at a time, because what it holds can no
 * longer be taken back.
 */
final class Outgoing {

  /** An extent that waits until the shell has room for it. */
  record Waiting(Grant grant, PeerMessage.Data data) {}

  private record Sending(Grant grant, int requestId, int length) {}

  /** Extents of one link that the shell may hold at once: one leaving, one to follow. */
  private static final int EXTENTS_IN_SHELL = 2;

  private final Turn turn;
  private final Map<Integer, Sending> sendings = new LinkedHashMap<>();
  private int nextSendId;

  Outgoing(Turn turn) {
    this.turn = turn;
  }

  void send(Grant grant, PeerMessage.Data data) {
    grant.to.link.outbox.add(new Waiting(grant, data));
    next(grant.to.link);
  }

  void next(LinkState link) {
    while (link.sendings < EXTENTS_IN_SHELL && !link.outbox.isEmpty()) {
      Waiting next = link.outbox.removeFirst();
      TorrentState torrent = next.grant().to.torrent;
      int sendId = nextSendId++ & 0x7fffffff;
      link.sendings++;
      sendings.put(
          sendId, new Sending(next.grant(), next.data().requestId(), next.data().length()));
      torrent.line.servedBytes += next.data().length();
      turn.act(new SwarmAction.SendExtent(link.id, sendId, torrent.digest, next.data()));
    }
  }

  /** The shell has sent an extent; null if nobody waits for it any more. */
  @Nullable Grant sent(int sendId) {
    Sending sending = sendings.remove(sendId);
    if (sending == null) {
      return null;
    }
    Grant grant = sending.grant();
    grant.to.link.sendings--;
    grant.to.queuedExtents--;
    grant.queued--;
    grant.sentBytes += sending.length();
    grant.lastSentBytes = sending.length();
    return grant;
  }

  /** Takes a request back if it has not left; the grant it belonged to, or null if it has none. */
  @Nullable Grant cancel(LinkTorrent lt, int requestId) {
    for (Waiting waiting : lt.link.outbox) {
      if (waiting.grant().to == lt && waiting.data().requestId() == requestId) {
        lt.link.outbox.remove(waiting);
        refuse(waiting);
        return waiting.grant();
      }
    }
    for (Sending sending : sendings.values()) {
      if (sending.grant().to == lt && sending.requestId() == requestId) {
        return sending.grant();
      }
    }
    return null;
  }

  /**
   * The torrent is left: what has not gone out is refused, so that every request has its answer.
   */
  void drop(LinkTorrent lt) {
    for (Waiting waiting : List.copyOf(lt.link.outbox)) {
      if (waiting.grant().to == lt) {
        lt.link.outbox.remove(waiting);
        refuse(waiting);
      }
    }
  }

  void linkGone(LinkState link) {
    link.outbox.clear();
    sendings.values().removeIf(sending -> sending.grant().to.link == link);
  }

  private void refuse(Waiting waiting) {
    LinkTorrent lt = waiting.grant().to;
    lt.queuedExtents--;
    waiting.grant().queued--;
    turn.send(
        lt.link,
        new PeerMessage.Reject(
            lt.torrent.number, waiting.data().requestId(), RejectReason.CANCELLED));
  }
}
