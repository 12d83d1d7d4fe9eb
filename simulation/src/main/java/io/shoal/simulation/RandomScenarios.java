package io.shoal.simulation;

import io.shoal.core.units.ByteRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small clusters of every kind under faults of every kind, each from one seed. */
public final class RandomScenarios {

  private static final int MOST_BLOBS = 4;
  private static final int LEAST_LOG_BYTES = 12;
  private static final int LOG_BYTES = 13;

  private final SplittableRandom random;
  private final SimulationConfig.Builder builder = SimulationConfig.builder();
  private final List<Fault> faults = new ArrayList<>();
  private long spanMillis;

  private RandomScenarios(long seed) {
    this.random = new SplittableRandom(seed);
    builder.seed(seed);
  }

  /** The scenario of this seed. */
  public static SimulationConfig of(long seed) {
    return new RandomScenarios(seed).draw();
  }

  private SimulationConfig draw() {
    int agents = 1 + random.nextInt(chance(4) ? 40 : 12);
    List<Long> blobs = new ArrayList<>();
    for (int i = 1 + random.nextInt(MOST_BLOBS); i > 0; i--) {
      blobs.add(1 + random.nextLong(1L << (LEAST_LOG_BYTES + random.nextInt(LOG_BYTES))));
    }
    long rate = 1_000_000L << random.nextInt(10);
    long upstream = rate / (1 + random.nextInt(4));
    int origins = 1 + random.nextInt(2);
    int trackers = 1 + random.nextInt(3);
    builder
        .agents(agents)
        .blobs(blobs)
        .origins(origins)
        .trackers(trackers)
        .rate(new ByteRate(rate))
        .originRate(new ByteRate(rate / (1 + random.nextInt(3))))
        .hashRate(new ByteRate(random.nextBoolean() ? 2_800_000_000L : 2 * rate))
        .latency(Duration.ofNanos(20_000L << random.nextInt(10)));
    if (random.nextBoolean()) {
      builder.upstreamRate(new ByteRate(upstream));
    }
    if (chance(4)) {
      builder.racks(1 + random.nextInt(Math.min(4, agents)), 1 + random.nextInt(4));
    }
    if (chance(3)) {
      builder.slow(0.2, (2 + random.nextInt(20)) / 100.0, random.nextBoolean());
    }
    long bytes = blobs.stream().mapToLong(Long::longValue).sum();
    spanMillis = 1 + 2000 * bytes / upstream;
    if (random.nextBoolean()) {
      builder.arrivals(Duration.ofMillis(spanMillis), random.nextInt(3));
    }
    drawFaults(agents, origins, trackers);
    return builder.faults(faults).build();
  }

  private void drawFaults(int agents, int origins, int trackers) {
    boolean restarts = random.nextBoolean();
    Fault.Kind crash = restarts ? Fault.Kind.RESTART : Fault.Kind.CRASH;
    int crashes = random.nextInt(1 + agents / 2);
    if (crashes > 0) {
      faults.add(Fault.of(crash, crashes, Duration.ZERO, Duration.ofMillis(spanMillis)));
    }
    if (chance(3)) {
      faults.add(Fault.of(Fault.Kind.POISON, 1));
    }
    if (chance(3)) {
      faults.add(Fault.share(Fault.Kind.LOST_ANNOUNCES, 0.3));
    }
    if (chance(4)) {
      faults.add(Fault.of(Fault.Kind.LATE, 1, span(2), span(2)));
    }
    if (chance(4)) {
      Duration from = part();
      Duration length = Duration.ofMillis(1 + random.nextLong(5000));
      faults.add(Fault.share(Fault.Kind.PARTITION, 0.3, from, from.plus(length)));
    }
    if (chance(4)) {
      Duration from = part();
      faults.add(
          Fault.of(
              Fault.Kind.TRACKER_LOSS, 1 + random.nextInt(trackers), from, from.plus(span(1))));
    }
    // Without an origin, a piece whose only holder dies for good is lost to everybody.
    if (chance(3) && restarts) {
      faults.add(Fault.of(Fault.Kind.ORIGIN_LOSS, origins));
    } else if (chance(4)) {
      Duration from = part();
      faults.add(Fault.of(Fault.Kind.ORIGIN_LOSS, 1, from, from.plus(span(1))));
    }
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private Duration span(int times) {
    return Duration.ofMillis(times * spanMillis);
  }

  private Duration part() {
    return Duration.ofMillis(random.nextLong(spanMillis));
  }
}
