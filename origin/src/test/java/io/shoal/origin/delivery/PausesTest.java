package io.shoal.origin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PausesTest {

  private static final long SECOND = 1_000_000_000;

  private final Pauses<String> pauses = new Pauses<>(Duration.ofSeconds(10), () -> 1);

  private long failed(Optional<Duration> asked) {
    return pauses.failed("x", "why", asked, 0).untilNanos() / SECOND;
  }

  @Test
  void doublesUpToItsLimitAndBeginsAnewAfterSuccess() {
    assertThat(failed(Optional.empty())).isEqualTo(1);
    assertThat(failed(Optional.empty())).isEqualTo(2);
    assertThat(failed(Optional.empty())).isEqualTo(4);
    assertThat(failed(Optional.empty())).isEqualTo(8);
    for (int i = 0; i < 100; i++) {
      assertThat(failed(Optional.empty())).isEqualTo(10);
    }
    assertThat(pauses.over("x")).isTrue();
    assertThat(pauses.over("x")).isFalse();
    assertThat(failed(Optional.empty())).isEqualTo(1);
  }

  @Test
  void waitsAsLongAsItWasAskedToButNotForEver() {
    assertThat(failed(Optional.of(Duration.ofMinutes(2)))).isEqualTo(120);
    assertThat(failed(Optional.of(Duration.ofDays(30)))).isEqualTo(3600);
    assertThat(pauses.leftNanos("x", 3599 * SECOND)).isEqualTo(SECOND);
    assertThat(pauses.leftNanos("x", 3601 * SECOND)).isZero();
    assertThat(pauses.leftNanos("y", 0)).isZero();
  }

  @Test
  void jitterTakesAwayHalfAtMost() {
    Pauses<String> least = new Pauses<>(Duration.ofSeconds(10), () -> 0);
    assertThat(least.failed("x", "why", Optional.empty(), 0).untilNanos()).isEqualTo(SECOND / 2);
  }
}
