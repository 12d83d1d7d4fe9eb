package io.shoal.node.store;

import java.io.IOException;

/** The arithmetic of {@link StoreLimits} over a real disk. */
final class SpaceBudget {

  private final StoreLimits limits;
  private final DiskSpace disk;

  SpaceBudget(StoreLimits limits, DiskSpace disk) {
    this.limits = limits;
    this.disk = disk;
  }

  /**
   * What has to go before something new may come.
   *
   * @param mustBytes without which the new bytes do not fit
   * @param shouldBytes that bring the store down to its low watermark, at least {@code mustBytes}
   */
  record Need(long mustBytes, long shouldBytes) {}

  /** What the store may hold. */
  long limitBytes() throws IOException {
    long share = (long) (disk.totalBytes() * limits.shareOfDisk());
    return limits.quota().isPresent() ? Math.min(share, limits.quota().get().bytes()) : share;
  }

  /** What has to go before the low watermark is reached. */
  long aboveLowBytes(long heldBytes) throws IOException {
    return Math.max(0, heldBytes - (long) (limitBytes() * limits.lowWatermark()));
  }

  long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  /**
   * Compares what is held with what is allowed.
   *
   * @param heldBytes all blobs, partial ones with their full length
   * @param promisedBytes the part of it that is not written yet, so still looks free on the disk
   * @param newBytes what is to be added
   */
  Need need(long heldBytes, long promisedBytes, long newBytes) throws IOException {
    long limit = limitBytes();
    long after = heldBytes + newBytes;
    long keepFree = (long) (disk.totalBytes() * limits.keepFree());
    long freeAfter = disk.usableBytes() - promisedBytes - newBytes;
    long must = Math.max(0, Math.max(after - limit, keepFree - freeAfter));
    boolean full = must > 0 || after > (long) (limit * limits.highWatermark());
    long should = full ? Math.max(must, after - (long) (limit * limits.lowWatermark())) : 0;
    return new Need(must, should);
  }
}
