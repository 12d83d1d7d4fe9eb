package io.shoal.agent.prewarm;

import io.shoal.core.units.ByteRate;
import io.shoal.node.rate.RateLimiter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Holds a job to its rate: what lies further ahead than a moment's worth is not asked for yet, so
 * that the swarm brings no more than was paid for. For one thread.
 */
final class Pace {

  private static final long MIN_WINDOW_BYTES = 1 << 20;
  private static final long WINDOWS_PER_SECOND = 4;

  private final Optional<RateLimiter> limiter;
  private final long windowBytes;

  private Pace(Optional<RateLimiter> limiter, long windowBytes) {
    this.limiter = limiter;
    this.windowBytes = windowBytes;
  }

  /** At most so many bytes per second; as fast as it goes if empty. */
  static Pace of(Optional<Long> bytesPerSecond) {
    return bytesPerSecond
        .map(rate ->
            new Pace(
                Optional.of(RateLimiter.of(new ByteRate(rate), System::nanoTime)),
                Math.max(MIN_WINDOW_BYTES, rate / WINDOWS_PER_SECOND)))
        .orElseGet(() -> new Pace(Optional.empty(), Long.MAX_VALUE));
  }

  /** The end of what may be asked for by a reader who is here. */
  long end(long from, long length) {
    return length - from <= windowBytes ? length : from + windowBytes;
  }

  /** Counts bytes that came, and waits until they are paid for. */
  void arrived(long bytes, PrewarmTask task) throws InterruptedException {
    if (limiter.isEmpty()) {
      task.arrived(bytes);
      return;
    }
    // By and by, for nobody is to take a slow job for one that has stalled.
    long left = bytes;
    while (left > 0 && !task.stopped()) {
      int slice = limiter.get().sliceBytes((int) Math.min(left, Integer.MAX_VALUE));
      TimeUnit.NANOSECONDS.sleep(limiter.get().take(slice));
      task.arrived(slice);
      left -= slice;
    }
  }
}
