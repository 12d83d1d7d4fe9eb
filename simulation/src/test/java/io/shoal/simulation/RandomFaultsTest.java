package io.shoal.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.units.ByteRate;
import io.shoal.simulation.SimulationConfig.Arrivals;
import io.shoal.simulation.SimulationConfig.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Swarms of every kind under faults of every kind; after the faults everybody finishes. */
class RandomFaultsTest {

  @ParameterizedTest
  @MethodSource("someSeeds")
  void everybodyFinishesAndNobodyBreaksTheProtocol(long seed) {
    judge(seed);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("manySeeds")
  void everybodyFinishesInManyRuns(long seed) {
    judge(seed);
  }

  static LongStream someSeeds() {
    return LongStream.rangeClosed(1, 100);
  }

  static LongStream manySeeds() {
    return LongStream.rangeClosed(1000, 4000);
  }

  private static void judge(long seed) {
    SimulationConfig config = config(seed);
    SimulationResult result = Simulation.run(config);
    assertThat(result.violations()).as("%s", config).isEmpty();
    assertThat(result.failed()).as("%s", config).isZero();
  }

  static SimulationConfig config(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int agents = 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 12);
    List<Long> blobs = new ArrayList<>();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      blobs.add(1 + random.nextLong(1L << (12 + random.nextInt(15))));
    }
    ByteRate rate = new ByteRate(1_000_000L << random.nextInt(10));
    long upstream = rate.bytesPerSecond() / (1 + random.nextInt(4));
    SimulationConfig.Rates rates =
        new SimulationConfig.Rates(
            rate,
            new ByteRate(Math.max(1, rate.bytesPerSecond() / (1 + random.nextInt(3)))),
            random.nextBoolean() ? Optional.of(new ByteRate(upstream)) : Optional.empty(),
            new ByteRate(random.nextBoolean() ? 2_800_000_000L : 2 * rate.bytesPerSecond()),
            Duration.ofNanos(20_000L << random.nextInt(10)));
    long bytes = blobs.stream().mapToLong(Long::longValue).sum();
    long spanMillis = 1 + 2000 * bytes / upstream;
    // Without an origin, a piece whose only holder dies for good is lost to everybody.
    boolean restarts = random.nextBoolean();
    boolean originLost = restarts && random.nextInt(2) == 0;
    Faults faults =
        new Faults(
            random.nextInt(3) == 0 ? 0.2 : 0,
            0.02 + 0.2 * random.nextDouble(),
            random.nextBoolean(),
            random.nextInt(3) == 0 ? 1 : 0,
            random.nextInt(1 + agents / 2),
            restarts,
            Duration.ofMillis(spanMillis),
            originLost,
            random.nextInt(3) == 0 ? 0.3 : 0);
    Arrivals arrivals =
        random.nextBoolean()
            ? new Arrivals(Duration.ZERO, 1)
            : new Arrivals(Duration.ofMillis(spanMillis), random.nextInt(3));
    return SimulationConfig.flashCrowd(agents, rate, blobs)
        .with(rates)
        .with(faults)
        .with(arrivals)
        .withOrigins(1 + random.nextInt(2))
        .withSeed(seed);
  }
}
