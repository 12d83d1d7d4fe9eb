package io.shoal.swarm.engine;

import io.shoal.swarm.choking.ChokingPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps the rounds of a choking policy. */
final class Choker {

  private static final long ROUND_NANOS = 100_000_000L;

  private final Turn turn;
  private final ChokingPolicy policy;
  private Optional<Set<Integer>> open = Optional.empty();
  private long roundNanos;
  private boolean begun;

  Choker(Turn turn, ChokingPolicy policy) {
    this.turn = turn;
    this.policy = policy;
  }

  /** Whether the peer may have a slot now. */
  boolean open(LinkState link) {
    return open.isEmpty() || open.get().contains(link.id);
  }

  /** Begins a new round if one is due. */
  void tick(Collection<Grant> grants) {
    if (begun && turn.now - roundNanos < ROUND_NANOS) {
      return;
    }
    begun = true;
    roundNanos = turn.now;
    Set<LinkState> interested = new LinkedHashSet<>();
    grants.forEach(grant -> interested.add(grant.to.link));
    for (TorrentState torrent : turn.torrents.values()) {
      torrent.line.places().keySet().forEach(lt -> interested.add(lt.link));
    }
    List<ChokingPolicy.Interested> peers = new ArrayList<>();
    for (LinkState link : interested) {
      peers.add(
          new ChokingPolicy.Interested(link.id, link.receivedBytes - link.receivedBeforeRound));
    }
    for (LinkState link : turn.links.values()) {
      link.receivedBeforeRound = link.receivedBytes;
    }
    open = policy.unchoked(peers, turn.config.upload().slots(), turn.random);
  }
}
