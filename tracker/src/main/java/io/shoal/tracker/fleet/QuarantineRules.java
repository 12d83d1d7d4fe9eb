package io.shoal.tracker.fleet;

import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who is kept out of handouts because others complained. A complaint cannot be proven, so it takes
 * two hosts, never hits an origin, and never more than a twentieth of the fleet: else complaints
 * could empty a swarm.
 */
final class QuarantineRules {

  static final Duration LASTS = Duration.ofMinutes(10);

  private static final int HOSTS_NEEDED = 2;
  private static final int FLEET_SHARE = 20;

  private final Map<PeerId, Map<String, Long>> complaints = new TreeMap<>();
  private final Map<PeerId, Long> until = new TreeMap<>();

  /** Takes in a complaint; returns whether the peer is in quarantine from now on. */
  boolean report(PeerInfo suspect, String reportingHost, int fleetSize, long nowNanos) {
    if (suspect.role() == PeerRole.ORIGIN || contains(suspect.id())) {
      return false;
    }
    Map<String, Long> hosts = complaints.computeIfAbsent(suspect.id(), id -> new HashMap<>());
    hosts.put(reportingHost, nowNanos);
    if (hosts.size() < HOSTS_NEEDED || until.size() + 1 > fleetSize / FLEET_SHARE) {
      return false;
    }
    complaints.remove(suspect.id());
    until.put(suspect.id(), nowNanos + LASTS.toNanos());
    return true;
  }

  boolean contains(PeerId peer) {
    return until.containsKey(peer);
  }

  /** The peer is gone; should it come back, it has a new id. */
  void forget(PeerId peer) {
    complaints.remove(peer);
    until.remove(peer);
  }

  /** Complaints are forgotten as quarantines are lifted: after {@link #LASTS}. */
  void expire(long nowNanos) {
    until.values().removeIf(end -> nowNanos - end >= 0);
    for (Map<String, Long> hosts : complaints.values()) {
      hosts.values().removeIf(at -> nowNanos - at > LASTS.toNanos());
    }
    complaints.values().removeIf(Map::isEmpty);
  }
}
