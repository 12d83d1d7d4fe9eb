package io.shoal.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FitTest {

  @Test
  void findsALineInTheLogarithm() {
    List<Fit.Point> points =
        List.of(new Fit.Point(2, 1.5), new Fit.Point(8, 2.5), new Fit.Point(32, 3.5));

    assertThat(Fit.line(points)).isEqualTo("p50/T = 1.000 + 0.5000 log2 N, R2 = 1.000");
  }

  @Test
  void needsTwoPoints() {
    assertThat(Fit.line(List.of(new Fit.Point(2, 1)))).isEqualTo("too few points for a fit");
  }
}
