package io.shoal.cli.bench.serve;

import java.util.List;

/**
 * Measured delays.
 *
 * @param nanos in rising order; at least one
 */
record Delays(List<Long> nanos) {

  Delays {
    nanos = nanos.stream().sorted().toList();
    if (nanos.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
  }

  /** Microseconds that this share of them does not exceed. */
  double percentileMicros(double share) {
    int rank = (int) Math.ceil(share * nanos.size());
    return nanos.get(Math.max(0, rank - 1)) / 1e3;
  }
}
