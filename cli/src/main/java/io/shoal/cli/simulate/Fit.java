package io.shoal.cli.simulate;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.util.List;

/** Fits a + b log2 N through points by least squares. */
final class Fit {

  /** A measured value for so many agents. */
  record Point(int agents, double value) {
    static Point of(EventCost.Sample sample) {
      return new Point(sample.agents(), sample.result().ratioToBound().p50());
    }

    double log2() {
      return StrictMath.log(agents) / StrictMath.log(2);
    }
  }

  private Fit() {}

  /** The line and how well it fits. */
  static String line(List<Point> points) {
    if (points.size() < 2) {
      return "too few points for a fit";
    }
    double x = points.stream().mapToDouble(Point::log2).average().orElse(0);
    double y = points.stream().mapToDouble(Point::value).average().orElse(0);
    double xx = points.stream().mapToDouble(p -> (p.log2() - x) * (p.log2() - x)).sum();
    double xy = points.stream().mapToDouble(p -> (p.log2() - x) * (p.value() - y)).sum();
    double yy = points.stream().mapToDouble(p -> (p.value() - y) * (p.value() - y)).sum();
    double slope = xy / xx;
    double explained = yy == 0 ? 1 : xy * xy / (xx * yy);
    return format(ROOT, "p50/T = %.3f + %.4f log2 N, R2 = %.3f", y - slope * x, slope, explained);
  }
}
