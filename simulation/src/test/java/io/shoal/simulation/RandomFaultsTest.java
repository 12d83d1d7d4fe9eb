package io.shoal.simulation;

import static org.assertj.core.api.Assertions.assertThat;

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
    return LongStream.rangeClosed(1, 300);
  }

  static LongStream manySeeds() {
    return LongStream.rangeClosed(1000, 6000);
  }

  private static void judge(long seed) {
    SimulationConfig config = RandomScenarios.of(seed);
    SimulationResult result = Simulation.run(config);
    assertThat(result.violations()).as(config.command()).isEmpty();
    assertThat(result.failed()).as(config.command()).isZero();
  }
}
