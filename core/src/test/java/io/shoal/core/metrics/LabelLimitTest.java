package io.shoal.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LabelLimitTest {

  @Test
  void valuesBeyondTheLimitAreOne() {
    LabelLimit limit = new LabelLimit(2);

    assertThat(Stream.of("a", "b", "c", "a", "d").map(limit::of))
        .containsExactly("a", "b", "other", "a", "other");
  }
}
