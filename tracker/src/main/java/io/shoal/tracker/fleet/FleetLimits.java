package io.shoal.tracker.fleet;

import java.time.Duration;

/**
 * What bounds a tracker's memory and patience.
 *
 * @param heartbeat how often every peer is to speak; one that is silent for three of these is gone
 * @param members the most peers
 * @param blobsPerMember the most blobs one peer may announce
 */
public record FleetLimits(Duration heartbeat, int members, int blobsPerMember) {

  /** Enough for a large cluster: about 1 GB of memory at the very worst. */
  public static FleetLimits with(Duration heartbeat) {
    return new FleetLimits(heartbeat, 10_000, 20_000);
  }

  long silenceNanos() {
    return heartbeat.multipliedBy(3).toNanos();
  }
}
