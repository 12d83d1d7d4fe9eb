package io.shoal.simulation;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.handout.Asker;
import io.shoal.swarm.handout.Candidate;
import io.shoal.swarm.handout.HandoutPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A tracker: the production handout policy in the simulator's counterpart of the shell around it.
 * It answers announces at once, and tells those who know few peers of new ones several times a
 * second.
 */
final class SimTracker {

  private static final long TICK_NANOS = 50_000_000L;

  /** A peer of a swarm. */
  private static final class Member {
    final SimNode node;
    final PeerInfo info;
    final TreeSet<PeerId> known = new TreeSet<>();
    int knownSeeders;
    Candidate candidate;

    Member(SimNode node, boolean seeder) {
      this.node = node;
      this.info = node.info;
      this.candidate = new Candidate(info, seeder);
    }

    void completed() {
      candidate = new Candidate(info, true);
    }
  }

  private final World world;
  private final String name;
  private final HandoutPolicy policy;
  private final Map<Digest, LinkedHashMap<PeerId, Member>> swarms = new LinkedHashMap<>();
  private final LinkedHashSet<Digest> changed = new LinkedHashSet<>();
  private boolean ticking;
  boolean alive = true;

  SimTracker(World world, int index) {
    this.world = world;
    this.name = "tracker-" + index;
    this.policy = new HandoutPolicy(world.generator());
  }

  /** It dies, and with it all it knew. */
  void crash() {
    alive = false;
    swarms.clear();
    changed.clear();
  }

  void restart() {
    alive = true;
  }

  /**
   * A peer says that it takes part.
   *
   * @param answer whether it wants peers from this tracker
   */
  void announced(SimNode node, Digest digest, boolean answer) {
    if (!alive || !node.alive) {
      return;
    }
    Map<PeerId, Member> swarm = swarms.computeIfAbsent(digest, d -> new LinkedHashMap<>());
    Member member = swarm.get(node.info.id());
    if (member == null) {
      member = new Member(node, node.has(digest));
      swarm.put(node.info.id(), member);
      changed.add(digest);
      tickLater();
    }
    if (answer && !member.candidate.seeder()) {
      handout(digest, swarm, member);
    }
  }

  /** A peer has the whole blob. */
  void completed(SimNode node, Digest digest) {
    Map<PeerId, Member> swarm = swarms.get(digest);
    Member member = swarm == null ? null : swarm.get(node.info.id());
    if (member != null) {
      member.completed();
    }
  }

  /** A peer's connection broke. */
  void left(PeerId peer) {
    swarms.forEach((digest, swarm) -> {
      if (swarm.remove(peer) != null) {
        for (Member other : swarm.values()) {
          other.known.remove(peer);
        }
        changed.add(digest);
        tickLater();
      }
    });
  }

  private void tickLater() {
    if (!ticking) {
      ticking = true;
      long now = world.queue.nowNanos();
      world.queue.at((now / TICK_NANOS + 1) * TICK_NANOS, this::tick);
    }
  }

  private void tick() {
    ticking = false;
    if (!alive) {
      return;
    }
    for (Digest digest : changed) {
      Map<PeerId, Member> swarm = swarms.getOrDefault(digest, new LinkedHashMap<>());
      for (Member member : swarm.values()) {
        if (!member.candidate.seeder()) {
          handout(digest, swarm, member);
        }
      }
    }
    changed.clear();
  }

  private void handout(Digest digest, Map<PeerId, Member> swarm, Member to) {
    if (to.known.size() >= HandoutPolicy.MAX_KNOWN) {
      return;
    }
    List<Candidate> candidates = new ArrayList<>(swarm.size());
    for (Member member : swarm.values()) {
      candidates.add(member.candidate);
    }
    Asker asker =
        new Asker(to.info.id(), to.known, to.known.size(), to.knownSeeders, to.info.locality());
    List<PeerInfo> peers = new ArrayList<>();
    for (Candidate chosen : policy.choose(asker, candidates)) {
      to.known.add(chosen.peer().id());
      to.knownSeeders += chosen.seeder() ? 1 : 0;
      peers.add(chosen.peer());
    }
    PeerId asked = to.info.id();
    if (!peers.isEmpty() && world.partitions.seesTrackers(to.node, world.queue.nowNanos())) {
      world.queue.after(
          world.latencyNanos,
          () -> {
            if (to.node.info.id().equals(asked)) {
              to.node.on(new SwarmEvent.PeersFound(digest, peers));
            }
          });
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
