package io.shoal.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "crash=3@2s..10s",
        "restart=5%@0s..1500ms",
        "churn=10%@0s..20s",
        "partition=30%@100us..4s",
        "poison=1",
        "lost-announces=12.5%",
        "tracker-loss=2@1s",
        "tracker-loss=2@1s..3s",
        "origin-loss=1",
        "origin-loss=1@1s..2s",
        "late=3@1s"
      })
  void whatIsWrittenIsReadBack(String text) {
    assertThat(Fault.parse(text, 1)).singleElement().hasToString(text);
  }

  @Test
  void timesMayBeMultiplesOfTheBoundAndDefaultToTheFirstTwo() {
    assertThat(Fault.parse("crash=1,restart=1@0.5T..1T", 4))
        .containsExactly(
            Fault.of(Fault.Kind.CRASH, 1, Duration.ZERO, Duration.ofSeconds(8)),
            Fault.of(Fault.Kind.RESTART, 1, Duration.ofSeconds(2), Duration.ofSeconds(4)));
  }

  @ParameterizedTest
  @CsvSource({
    "fire=1,there are crash",
    "crash,not a fault",
    "crash=1.2.3,not a number",
    "crash=1@soon,not a time",
    "partition=30%,partition needs a time",
    "late=3,late needs a moment",
    "poison=1@2s,poison takes no time",
    "churn=3,churn is a share",
    "poison=101%,from 0% to 100%",
    "crash=1@3s..2s,ends before it begins"
  })
  void whatCannotBeMeantIsExplained(String text, String reason) {
    assertThatThrownBy(() -> Fault.parse(text, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
