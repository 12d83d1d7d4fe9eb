package io.shoal.agent.tracker;

import io.shoal.client.tracker.TrackerMessage.Member;
import io.shoal.client.tracker.TrackerMessage.Members;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.core.ring.RendezvousRing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who reads a blob from upstream first when every origin is gone: the agent that stands first in
 * the digest's rendezvous order, of those in the tracker's last snapshot. All agents with the same
 * snapshot come to the same answer, and with no snapshot it is nobody. Thread-safe.
 */
final class Deputies {

  /**
   * Asked several times a second for every blob on its way; the order of a fleet takes its time.
   */
  private static final int REMEMBERED = 1000;

  private volatile Order order = new Order(List.of());

  /** What follows from one snapshot. */
  private static final class Order {

    private final RendezvousRing<PeerId> agents;

    private final Map<Digest, List<PeerId>> first =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Digest, List<PeerId>> eldest) {
            return size() > REMEMBERED;
          }
        };

    Order(List<PeerId> agents) {
      this.agents = new RendezvousRing<>(agents);
    }

    synchronized List<PeerId> first(Digest digest) {
      return first.computeIfAbsent(digest, d -> agents.owners(d, 1));
    }
  }

  /** Takes the membership as the tracker tells it; it outlives the tracker. */
  void snapshot(Members members) {
    order =
        new Order(
            members.members().stream()
                .map(Member::peer)
                .filter(peer -> peer.role() == PeerRole.AGENT)
                .map(peer -> peer.id())
                .toList());
  }

  /** Whether this agent is the blob's first deputy. */
  boolean first(PeerId self, Digest digest) {
    return order.first(digest).contains(self);
  }
}
