package io.shoal.swarm.engine;

/**
 * What this node's own link carries in one direction, over all peers: the best rate seen lately.
 * What is under way at once shares it, so it says how long things take when nobody is slow.
 */
final class OwnRate {

  private static final long WINDOW_NANOS = 20_000_000L;
  private static final double FADE = 0.05;

  private long sinceNanos = Long.MIN_VALUE;
  private long bytes;
  private double bestBytesPerNano;

  void moved(long nowNanos, long length) {
    if (sinceNanos == Long.MIN_VALUE) {
      sinceNanos = nowNanos;
    }
    bytes += length;
    long passed = nowNanos - sinceNanos;
    if (passed >= WINDOW_NANOS) {
      double rate = bytes / (double) passed;
      double faded = bestBytesPerNano * (1 - FADE) + rate * FADE;
      bestBytesPerNano = Math.max(rate, faded);
      sinceNanos = nowNanos;
      bytes = 0;
    }
  }

  double bytesPerNano() {
    return bestBytesPerNano;
  }

  /** Nanoseconds this many bytes take when the link is well used; 0 if nothing is known yet. */
  long nanosFor(long length) {
    return bestBytesPerNano == 0 ? 0 : (long) (length / bestBytesPerNano);
  }
}
