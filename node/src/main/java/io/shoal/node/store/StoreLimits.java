package io.shoal.node.store;

import io.shoal.core.units.ByteSize;
import java.time.Duration;
import java.util.Optional;

/**
 * How much of the disk a store may use. Of quota and share the smaller one holds.
 *
 * @param quota bytes the store may hold, if limited by size
 * @param shareOfDisk part of the file system the store may hold, above 0 to 1
 * @param keepFree part of the file system that stays free whoever uses the rest, 0 to below 1
 * @param highWatermark part of the allowance at which eviction starts
 * @param lowWatermark part of the allowance at which eviction ends
 * @param partialTtl how long a partial blob that nobody uses is kept
 */
public record StoreLimits(
    Optional<ByteSize> quota,
    double shareOfDisk,
    double keepFree,
    double highWatermark,
    double lowWatermark,
    Duration partialTtl) {

  public StoreLimits {
    if (!(shareOfDisk > 0 && shareOfDisk <= 1)) {
      throw new IllegalArgumentException("shareOfDisk is above 0 and at most 1: " + shareOfDisk);
    }
    if (!(keepFree >= 0 && keepFree < 1)) {
      throw new IllegalArgumentException("keepFree is at least 0 and below 1: " + keepFree);
    }
    if (!(lowWatermark > 0 && lowWatermark <= highWatermark && highWatermark <= 1)) {
      throw new IllegalArgumentException(
          "0 < lowWatermark <= highWatermark <= 1 does not hold: "
              + lowWatermark
              + ", "
              + highWatermark);
    }
    if (partialTtl.isNegative() || partialTtl.isZero()) {
      throw new IllegalArgumentException("partialTtl is not positive: " + partialTtl);
    }
  }

  /** A fifth of the file system, a tenth always free, partial blobs kept for a day. */
  public static StoreLimits defaults() {
    return new StoreLimits(Optional.empty(), 0.20, 0.10, 0.95, 0.85, Duration.ofHours(24));
  }
}
