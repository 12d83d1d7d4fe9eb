package io.shoal.swarm.engine;

/** Exponentially weighted transfer rate of one link, in bytes per nanosecond. */
final class RateMeter {

  private static final double WEIGHT = 0.3;

  private double bytesPerNano;
  private long lastNanos = Long.MIN_VALUE;

  /** Bytes arrived now that were asked for at {@code askedNanos}. */
  void arrived(long nowNanos, long askedNanos, long bytes) {
    long since = Math.max(askedNanos, lastNanos);
    double sample = bytes / (double) Math.max(1, nowNanos - since);
    bytesPerNano = bytesPerNano == 0 ? sample : bytesPerNano * (1 - WEIGHT) + sample * WEIGHT;
    lastNanos = nowNanos;
  }

  /** Nanoseconds this many bytes would take, or {@code unknown} before the first measurement. */
  long nanosFor(long bytes, long unknown) {
    return bytesPerNano == 0 ? unknown : (long) (bytes / bytesPerNano);
  }
}
