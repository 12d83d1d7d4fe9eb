package io.shoal.simulation;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.ring.RendezvousRing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All trackers, and what an agent does with them: it announces a blob to the first two that are
 * responsible for its digest and takes peers from the first; what it takes part in it tells again
 * with every heartbeat and to a tracker that is back.
 */
final class SimTrackers {

  private static final int OWNERS = 2;
  private static final long HEARTBEAT_NANOS = 10_000_000_000L;
  private static final long NOTICED_NANOS = 1_000_000_000L;

  private final World world;
  private final List<SimTracker> trackers = new ArrayList<>();
  private final Map<Digest, List<SimTracker>> owners = new LinkedHashMap<>();

  SimTrackers(World world) {
    this.world = world;
    for (int i = 0; i < world.config.trackers(); i++) {
      trackers.add(new SimTracker(world, i));
    }
    RendezvousRing<SimTracker> ring = new RendezvousRing<>(trackers);
    for (Blob blob : world.blobs) {
      owners.put(blob.digest(), ring.owners(blob.digest(), trackers.size()));
    }
  }

  void announce(SimNode node, Digest digest) {
    boolean heard =
        world.random.nextDouble() >= world.lostAnnounces
            && world.partitions.seesTrackers(node, world.queue.nowNanos());
    if (heard) {
      world.queue.after(world.latencyNanos, () -> announced(node, digest));
    } else {
      again(node, digest);
    }
  }

  private void announced(SimNode node, Digest digest) {
    int told = 0;
    for (SimTracker tracker : owners.getOrDefault(digest, List.of())) {
      if (tracker.alive && told < OWNERS) {
        tracker.announced(node, digest, told == 0);
        told++;
      }
    }
    if (told == 0) {
      again(node, digest);
    }
  }

  private void again(SimNode node, Digest digest) {
    PeerId then = node.info.id();
    world.queue.after(
        HEARTBEAT_NANOS,
        () -> {
          if (node.alive && node.info.id().equals(then) && !node.has(digest)) {
            announce(node, digest);
          }
        });
  }

  void completed(SimNode node, Digest digest) {
    trackers.forEach(tracker -> tracker.completed(node, digest));
  }

  void left(PeerId peer) {
    world.queue.after(world.latencyNanos, () -> trackers.forEach(tracker -> tracker.left(peer)));
  }

  /** So many trackers die; the agents notice, and turn to the next. */
  void lose(int count) {
    trackers.subList(0, count).forEach(SimTracker::crash);
    world.queue.after(NOTICED_NANOS, this::everybodyAnnounces);
  }

  /** They are back. */
  void restore(int count) {
    trackers.subList(0, count).forEach(SimTracker::restart);
    everybodyAnnounces();
  }

  private void everybodyAnnounces() {
    for (SimNode node : world.nodes) {
      if (node.alive && !node.isOrigin()) {
        long jitter = (long) (NOTICED_NANOS * world.random.nextDouble());
        for (Digest digest : node.torrents.keySet()) {
          world.queue.after(jitter, () -> announce(node, digest));
        }
      }
    }
  }
}
