package io.shoal.client.tracker;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tracker knows of the fleet, {@code GET /shoal/v1/fleet}.
 *
 * @param fleetEpoch changes with every change of membership
 * @param members every peer
 * @param swarms blobs somebody wants, then others, at most {@link #MAX_SWARMS}
 * @param swarmCount how many blobs there are
 * @param totals sums over the members that are there now
 */
public record FleetView(
    long fleetEpoch,
    List<MemberView> members,
    List<SwarmView> swarms,
    int swarmCount,
    Totals totals) {

  /** The most swarms in one view. */
  public static final int MAX_SWARMS = 1000;

  /** Where a tracker shows its view. */
  public static final String PATH = "/shoal/v1/fleet";

  public FleetView {
    members = List.copyOf(members);
    swarms = List.copyOf(swarms);
  }

  /**
   * What did not have to come from the central registries, since the members started: without Shoal
   * everything that agents got would have. What agents serve again from their own disks is left
   * out, because a runtime would not have asked for it twice.
   */
  public long bytesSaved() {
    long received =
        members.stream()
            .filter(m -> m.peer().role() == PeerRole.AGENT)
            .mapToLong(
                m -> m.stats().originBytes() + m.stats().peerBytes() + m.stats().upstreamBytes())
            .sum();
    return Math.max(0, received - totals.upstreamBytes());
  }

  /**
   * One peer.
   *
   * @param peer who and where
   * @param nodeName for people
   * @param labels such as rack and zone
   * @param version of its program
   * @param since how long it has been here
   * @param silent how long ago it last said something
   * @param quarantined whether nobody is told of it for now
   * @param stats from its last heartbeat
   */
  public record MemberView(
      PeerInfo peer,
      String nodeName,
      Map<String, String> labels,
      String version,
      Duration since,
      Duration silent,
      boolean quarantined,
      NodeStats stats) {}

  /**
   * One blob.
   *
   * @param digest which
   * @param blobBytes its length, if anybody told
   * @param seeders peers that have all of it, origins included
   * @param leechers peers that want it
   * @param piecesHave sum over the leechers
   * @param piecesWanted sum over the leechers that know the length
   */
  public record SwarmView(
      Digest digest,
      Optional<Long> blobBytes,
      int seeders,
      int leechers,
      long piecesHave,
      long piecesWanted) {}

  /** Sums of {@link NodeStats} over all agents and origins. */
  public record Totals(
      long upstreamBytes,
      long originBytes,
      long peerBytes,
      long cacheBytes,
      long uploadedBytes,
      long storedBytes) {}
}
