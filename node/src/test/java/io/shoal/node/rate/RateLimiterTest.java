package io.shoal.node.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shoal.core.units.ByteRate;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

  private static final long SECOND = 1_000_000_000L;

  /** Starts just before the clock's overflow, as System.nanoTime may. */
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND);

  private final RateLimiter limiter = RateLimiter.of(new ByteRate(1_000_000), clock::get);

  @Test
  void nobodyWaitsWithoutALimit() {
    assertThat(RateLimiter.unlimited().take(1L << 40)).isZero();
    assertThat(RateLimiter.unlimited().sliceBytes(12345)).isEqualTo(12345);
  }

  @Test
  void takersWaitForTheBytesOfEverybodyBeforeThem() {
    limiter.take(20_000); // the burst
    assertThat(limiter.take(500_000)).isEqualTo(SECOND / 2);
    assertThat(limiter.take(500_000)).isEqualTo(SECOND);
  }

  @Test
  void keepsTheRateOverTime() {
    long moved = 0;
    long start = clock.get();
    while (clock.get() - start < 10 * SECOND) {
      clock.addAndGet(limiter.take(4096));
      moved += 4096;
    }
    assertThat(moved).isCloseTo(10_000_000, within(30_000L));
  }

  @Test
  void aPauseSavesUpNoMoreThanTheBurst() {
    clock.addAndGet(100 * SECOND);
    assertThat(limiter.take(20_000)).isZero();
    assertThat(limiter.take(1_000)).isEqualTo(SECOND / 1000);
  }

  @Test
  void slicesAreShortAtLowRates() {
    assertThat(limiter.sliceBytes(1 << 20)).isEqualTo(16 << 10);
    RateLimiter fast = RateLimiter.of(new ByteRate(60_000_000), clock::get);
    assertThat(fast.sliceBytes(1 << 20)).isEqualTo(300_000);
  }
}
