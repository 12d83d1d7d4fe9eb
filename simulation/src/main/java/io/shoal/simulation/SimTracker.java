package io.shoal.simulation;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerInfo;
import io.shoal.swarm.engine.SwarmEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Hands out peers: those handed out least, in random order among equals. */
final class SimTracker {

  private static final int HANDOUT = 10;
  private static final long HEARTBEAT_NANOS = 10_000_000_000L;
  private static final int LOOKED_AT = 64;

  private static final class Entry {
    final SimNode node;
    int handedOut;

    Entry(SimNode node) {
      this.node = node;
    }
  }

  private final World world;
  private final LinkedHashMap<Digest, List<Entry>> swarms = new LinkedHashMap<>();
  boolean alive = true;

  SimTracker(World world) {
    this.world = world;
  }

  void announce(SimNode node, SimTorrent torrent) {
    if (world.random.nextDouble() < world.config.faults().lostAnnounces()) {
      // What is held is announced again with every heartbeat.
      PeerInfo then = node.info;
      world.queue.after(
          HEARTBEAT_NANOS,
          () -> {
            if (node.alive && node.info.equals(then)) {
              announce(node, torrent);
            }
          });
      return;
    }
    world.queue.after(world.latencyNanos, () -> announced(node, torrent));
  }

  private void announced(SimNode node, SimTorrent torrent) {
    if (!alive || !node.alive) {
      return;
    }
    List<Entry> swarm = swarms.computeIfAbsent(torrent.blob.digest(), d -> new ArrayList<>());
    swarm.removeIf(entry -> !entry.node.alive);
    List<PeerInfo> peers = pick(swarm, node);
    if (swarm.stream().noneMatch(entry -> entry.node == node)) {
      swarm.add(new Entry(node));
    }
    world.queue.after(
        world.latencyNanos, () -> node.on(new SwarmEvent.PeersFound(torrent.blob.digest(), peers)));
  }

  private List<PeerInfo> pick(List<Entry> swarm, SimNode asker) {
    List<Entry> seen = new ArrayList<>();
    for (int i = 0; i < Math.min(LOOKED_AT, 4 * swarm.size()); i++) {
      Entry entry = swarm.get(world.random.nextInt(swarm.size()));
      if (entry.node != asker && !seen.contains(entry)) {
        seen.add(entry);
      }
    }
    seen.sort((a, b) -> Integer.compare(a.handedOut, b.handedOut));
    List<PeerInfo> peers = new ArrayList<>();
    for (Entry entry : seen.subList(0, Math.min(HANDOUT, seen.size()))) {
      entry.handedOut++;
      peers.add(entry.node.info);
    }
    return peers;
  }
}
