package io.shoal.node.rate;

import io.shoal.core.units.ByteRate;
import java.util.function.LongSupplier;

/**
 * Bytes per second, shared by everybody who holds the same limiter. Whoever moves bytes takes them
 * first and then waits as long as it is told: the bytes of several takers queue behind each other,
 * in the order they were taken. Thread-safe.
 */
public final class RateLimiter {

  /** What may be moved at once after a pause, as time at the full rate. */
  private static final long BURST_NANOS = 20_000_000;

  /** Time of one slice at the full rate: short, so that takers alternate and little is in debt. */
  private static final long SLICE_NANOS = 5_000_000;

  private static final int MIN_SLICE_BYTES = 16 << 10;
  private static final double NANOS_PER_SECOND = 1e9;

  private final double nanosPerByte;
  private final LongSupplier nanoClock;

  /** When everything taken so far will have been paid for. */
  private long paidAtNanos;

  private RateLimiter(double nanosPerByte, LongSupplier nanoClock) {
    this.nanosPerByte = nanosPerByte;
    this.nanoClock = nanoClock;
    this.paidAtNanos = nanoClock.getAsLong() - BURST_NANOS;
  }

  /** No limit: nobody ever waits. */
  public static RateLimiter unlimited() {
    return new RateLimiter(0, () -> 0);
  }

  /**
   * At most this rate.
   *
   * @param nanoClock a clock like {@link System#nanoTime}
   */
  public static RateLimiter of(ByteRate rate, LongSupplier nanoClock) {
    return new RateLimiter(NANOS_PER_SECOND / rate.bytesPerSecond(), nanoClock);
  }

  /** Takes bytes; returns how many nanoseconds to wait for them, 0 if they may move now. */
  public synchronized long take(long bytes) {
    if (nanosPerByte == 0) {
      return 0;
    }
    long now = nanoClock.getAsLong();
    long earliest = now - BURST_NANOS;
    if (paidAtNanos - earliest < 0) {
      paidAtNanos = earliest;
    }
    paidAtNanos += (long) Math.ceil(bytes * nanosPerByte);
    return Math.max(0, paidAtNanos - now);
  }

  /** How much to take at a time, at most {@code maxBytes}. */
  public int sliceBytes(int maxBytes) {
    if (nanosPerByte == 0) {
      return maxBytes;
    }
    long slice = Math.max(MIN_SLICE_BYTES, (long) (SLICE_NANOS / nanosPerByte));
    return (int) Math.min(maxBytes, slice);
  }
}
