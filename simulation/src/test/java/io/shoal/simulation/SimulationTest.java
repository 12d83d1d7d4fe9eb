package io.shoal.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.units.ByteRate;
import io.shoal.simulation.SimulationConfig.Arrivals;
import io.shoal.simulation.SimulationConfig.Faults;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final long MIB = 1 << 20;
  private static final ByteRate AGENT = new ByteRate(60_000_000L);
  private static final List<Long> IMAGE =
      List.of(120 * MIB, 80 * MIB, 60 * MIB, 30 * MIB, 8 * MIB, 2 * MIB);

  @Test
  void aFlashCrowdOfHundredFinishesCloseToTheBound() {
    SimulationResult result =
        Simulation.run(
            SimulationConfig.flashCrowd(100, new ByteRate(1_250_000_000L), List.of(512 * MIB)));

    assertSound(result);
    assertThat(result.ratioToBound().p50()).isLessThan(1.17);
    assertThat(result.ratioToBound().p99()).isLessThan(1.25);
    assertThat(result.originCopies()).isLessThan(1.3);
    assertThat(result.duplicateShare()).isLessThan(0.03);
    assertThat(result.controlShare()).isLessThan(0.001);
  }

  @Test
  void aSingleAgentDrainsTheOrigin() {
    SimulationResult result = Simulation.run(SimulationConfig.flashCrowd(1, AGENT, IMAGE));

    assertSound(result);
    assertThat(result.ratioToBound().p50()).isLessThan(1.05);
    assertThat(result.originCopies()).isLessThan(1.01);
  }

  @Test
  void fourAgentsShareAnImageOfSixBlobs() {
    SimulationResult result = Simulation.run(SimulationConfig.flashCrowd(4, AGENT, IMAGE));

    assertSound(result);
    assertThat(result.ratioToBound().p99()).isLessThan(1.15);
    assertThat(result.originCopies()).isLessThan(1.2);
  }

  @Test
  void agentsKeepUpWithAnOriginThatIsStillFetching() {
    SimulationResult result =
        Simulation.run(
            SimulationConfig.flashCrowd(4, AGENT, IMAGE).cold(new ByteRate(30_000_000L)));

    assertSound(result);
    assertThat(result.ratioToBound().p99()).isLessThan(1.1);
    assertThat(result.originCopies()).isLessThan(1.1);
    assertThat(result.upstreamCopies()).isBetween(0.999, 1.001);
    assertThat(result.firstByte().max()).isLessThan(1);
  }

  @Test
  void agentsThatCrashAndComeBackFinishAndHoldNobodyUp() {
    SimulationResult result =
        Simulation.run(crowd().with(faults(0, 5, true, Duration.ofSeconds(6), false)));

    assertSound(result);
    assertThat(result.ratioToBound().p50()).isLessThan(1.4);
  }

  @Test
  void theSwarmLivesOnWithoutItsOriginOnceItHoldsEveryPiece() {
    SimulationResult result =
        Simulation.run(crowd().with(faults(0, 0, false, Duration.ZERO, true)));

    assertSound(result);
  }

  @Test
  void aPoisonerIsShutOut() {
    SimulationResult result =
        Simulation.run(crowd().with(faults(1, 0, false, Duration.ZERO, false)));

    assertSound(result);
    assertThat(result.ratioToBound().p50()).isLessThan(1.5);
  }

  @Test
  void slowUplinksDoNotSlowTheOthers() {
    SimulationResult result =
        Simulation.run(
            SimulationConfig.flashCrowd(50, new ByteRate(1_250_000_000L), List.of(512 * MIB))
                .with(new Faults(0.04, 0.02, false, 0, 0, false, Duration.ZERO, false, 0)));

    assertSound(result);
    assertThat(result.ratioToBound().p99()).isLessThan(1.3);
  }

  @Test
  void slowReceiversDoNotKeepPiecesFromTheOthers() {
    SimulationResult result =
        Simulation.run(
            SimulationConfig.flashCrowd(100, new ByteRate(1_250_000_000L), List.of(512 * MIB))
                .with(new Faults(0.1, 0.02, true, 0, 0, false, Duration.ZERO, false, 0)));

    assertSound(result);
    assertThat(result.ratioToBound().p99()).isLessThan(1.35);
    assertThat(result.impaired().max()).isLessThan(30);
  }

  @Test
  void whoComesLaterFindsPeers() {
    SimulationResult result = Simulation.run(crowd().with(new Arrivals(Duration.ofSeconds(10), 0)));

    assertSound(result);
    assertThat(result.originCopies()).isLessThan(2.2);
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    SimulationConfig config =
        crowd().with(faults(1, 3, true, Duration.ofSeconds(4), false)).withSeed(7);

    assertThat(Simulation.run(config)).isEqualTo(Simulation.run(config));
    assertThat(Simulation.run(config.withSeed(8))).isNotEqualTo(Simulation.run(config));
  }

  private static SimulationConfig crowd() {
    return SimulationConfig.flashCrowd(20, AGENT, IMAGE);
  }

  private static Faults faults(
      int poisoners, int crashes, boolean restarts, Duration over, boolean originLost) {
    return new Faults(0, 1, false, poisoners, crashes, restarts, over, originLost, 0);
  }

  private static void assertSound(SimulationResult result) {
    assertThat(result.violations()).isEmpty();
    assertThat(result.failed()).isZero();
  }
}
