package io.shoal.simulation;

import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;

/** Counts bytes. */
final class Tally {

  long controlBytes;
  long messages;
  long payloadBytes;
  long originBytes;
  long upstreamBytes;
  long uselessBytes;
  long crossRackBytes;
  long engineEvents;

  void payload(SimNode from, int bytes) {
    payloadBytes += bytes;
    if (from.info.role() == PeerRole.ORIGIN) {
      originBytes += bytes;
    }
  }

  void crossRack(SimNode from, SimNode to, int bytes) {
    if (to.info.role() == PeerRole.AGENT) {
      crossRackBytes += bytes;
    }
  }

  /** Bytes of a message on the wire, its frame header included. */
  static long bytesOf(PeerMessage message) {
    return 8
        + switch (message) {
          case PeerMessage.Join m -> 64L + m.have().size() / 8;
          case PeerMessage.Have m -> 4L + 4L * m.pieces().size();
          case PeerMessage.Request m -> 18L + m.unwanted().map(b -> b.size() / 8).orElse(0);
          case PeerMessage.States m -> 128L + 36L * m.states().entries().size();
          case PeerMessage.Final m -> 128L + 32L * m.metaInfo().states().size();
          case PeerMessage.Pex m -> 4L + 24L * (m.added().size() + m.dropped().size());
          case PeerMessage.Abort _ -> 64L;
          case PeerMessage.Data _ -> 16L;
          case PeerMessage.Leave _,
              PeerMessage.HaveAll _,
              PeerMessage.Busy _,
              PeerMessage.Ready _,
              PeerMessage.Reject _,
              PeerMessage.Cancel _,
              PeerMessage.Ping _,
              PeerMessage.Pong _ ->
              8L;
        };
  }
}
