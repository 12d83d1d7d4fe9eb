package io.shoal.agent.tracker;

import io.shoal.client.tracker.TrackerMessage.Member;
import io.shoal.client.tracker.TrackerMessage.Members;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.core.ring.RendezvousRing;
import java.util.List;

/**
 * Who reads a blob from upstream first when every origin is gone: the agent that stands first in
 * the digest's rendezvous order, of those in the tracker's last snapshot. All agents with the same
 * snapshot come to the same answer, and with no snapshot it is nobody. Thread-safe.
 */
final class Deputies {

  private volatile RendezvousRing<PeerId> agents = new RendezvousRing<>(List.of());

  /** Takes the membership as the tracker tells it; it outlives the tracker. */
  void snapshot(Members members) {
    agents =
        new RendezvousRing<>(
            members.members().stream()
                .map(Member::peer)
                .filter(peer -> peer.role() == PeerRole.AGENT)
                .map(peer -> peer.id())
                .toList());
  }

  /** Whether this agent is the blob's first deputy. */
  boolean first(PeerId self, Digest digest) {
    return agents.owners(digest, 1).contains(self);
  }
}
