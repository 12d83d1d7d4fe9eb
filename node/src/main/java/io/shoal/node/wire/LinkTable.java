package io.shoal.node.wire;

import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who is linked to this process, and who may be. Thread-safe. */
final class LinkTable {

  /**
   * The answer to a connection.
   *
   * @param verdict whether it becomes a link
   * @param replaced the link whose place it takes, to be closed first
   */
  record Admission(Verdict verdict, @Nullable NettyLink replaced) {}

  private final PeerId self;
  private final int cap;
  private final Map<PeerId, NettyLink> links = new HashMap<>();
  private final Set<PeerAddress> dialling = new HashSet<>();
  private boolean closed;

  LinkTable(PeerId self, int cap) {
    this.self = self;
    this.cap = cap;
  }

  /** Whether to dial; after a welcome the dial is under way until {@link #dialEnded}. */
  synchronized Verdict dial(PeerAddress address) {
    if (closed) {
      return Verdict.SHUTTING_DOWN;
    }
    if (dialling.contains(address)
        || links.values().stream().anyMatch(link -> link.peer().address().equals(address))) {
      return Verdict.DUPLICATE;
    }
    if (links.size() + dialling.size() >= cap) {
      return Verdict.FULL;
    }
    dialling.add(address);
    return Verdict.WELCOME;
  }

  synchronized void dialEnded(PeerAddress address) {
    dialling.remove(address);
  }

  /**
   * Takes a proven connection in. Of two that crossed, the one dialled by the lower id stays, on
   * both sides; of two dialled by the same side the later one, for that side has lost the first.
   */
  synchronized Admission admit(NettyLink candidate) {
    if (closed) {
      return new Admission(Verdict.SHUTTING_DOWN, null);
    }
    PeerId peer = candidate.peer().id();
    NettyLink existing = links.get(peer);
    if (existing == null && links.size() >= cap) {
      return new Admission(Verdict.FULL, null);
    }
    boolean oursStays = self.compareTo(peer) < 0;
    if (existing != null
        && existing.dialled() != candidate.dialled()
        && existing.dialled() == oursStays) {
      return new Admission(Verdict.DUPLICATE, null);
    }
    links.put(peer, candidate);
    return new Admission(Verdict.WELCOME, existing);
  }

  synchronized void remove(NettyLink link) {
    links.remove(link.peer().id(), link);
  }

  synchronized int size() {
    return links.size();
  }

  /** Admits nobody any more; returns who is linked. */
  synchronized List<NettyLink> close() {
    closed = true;
    return List.copyOf(links.values());
  }
}
