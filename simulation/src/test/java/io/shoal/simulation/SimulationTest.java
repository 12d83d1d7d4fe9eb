package io.shoal.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.units.ByteRate;
import io.shoal.swarm.engine.SwarmPolicy;
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
    SimulationResult result = Simulation.run(fast(100).build());

    assertSound(result);
    assertThat(result.ratioToBound().p50()).isLessThan(1.15);
    assertThat(result.ratioToBound().p99()).isLessThan(1.25);
    assertThat(result.originCopies()).isLessThan(1.3);
    assertThat(result.duplicateShare()).isLessThan(0.03);
    assertThat(result.controlShare()).isLessThan(0.001);
  }

  @Test
  void aSingleAgentDrainsTheOrigin() {
    SimulationResult result = Simulation.run(image(1).build());

    assertSound(result);
    assertThat(result.ratioToBound().p50()).isLessThan(1.05);
    assertThat(result.originCopies()).isLessThan(1.01);
  }

  @Test
  void fourAgentsShareAnImageOfSixBlobs() {
    SimulationResult result = Simulation.run(image(4).build());

    assertSound(result);
    assertThat(result.ratioToBound().p99()).isLessThan(1.15);
    assertThat(result.originCopies()).isLessThan(1.2);
  }

  @Test
  void agentsKeepUpWithAnOriginThatIsStillFetching() {
    SimulationResult result =
        Simulation.run(image(4).upstreamRate(new ByteRate(30_000_000L)).build());

    assertSound(result);
    assertThat(result.ratioToBound().p99()).isLessThan(1.1);
    assertThat(result.originCopies()).isLessThan(1.1);
    assertThat(result.upstreamCopies()).isBetween(0.999, 1.001);
    assertThat(result.firstByte().max()).isLessThan(1);
  }

  @Test
  void agentsThatCrashAndComeBackFinishAndHoldNobodyUp() {
    SimulationResult result =
        Simulation.run(
            image(20)
                .faults(Fault.of(Fault.Kind.RESTART, 5, Duration.ZERO, Duration.ofSeconds(6)))
                .build());

    assertSound(result);
    assertThat(result.ratioToBound().p50()).isLessThan(1.4);
  }

  @Test
  void theSwarmLivesOnWithoutItsOriginOnceItHoldsEveryPiece() {
    SimulationResult result =
        Simulation.run(image(20).faults(Fault.of(Fault.Kind.ORIGIN_LOSS, 1)).build());

    assertSound(result);
  }

  @Test
  void aPoisonerIsShutOut() {
    SimulationResult result =
        Simulation.run(image(20).faults(Fault.of(Fault.Kind.POISON, 1)).build());

    assertSound(result);
    assertThat(result.ratioToBound().p50()).isLessThan(1.5);
  }

  @Test
  void slowUplinksDoNotSlowTheOthers() {
    SimulationResult result = Simulation.run(fast(50).slow(0.04, 0.02, false).build());

    assertSound(result);
    assertThat(result.ratioToBound().p99()).isLessThan(1.3);
  }

  @Test
  void slowReceiversDoNotKeepPiecesFromTheOthers() {
    SimulationResult result = Simulation.run(fast(100).slow(0.1, 0.02, true).build());

    assertSound(result);
    assertThat(result.ratioToBound().p99()).isLessThan(1.35);
    assertThat(result.impaired().max()).isLessThan(30);
  }

  @Test
  void whoComesLaterFindsPeers() {
    SimulationResult result = Simulation.run(image(20).arrivals(Duration.ofSeconds(10), 0).build());

    assertSound(result);
    assertThat(result.originCopies()).isLessThan(2.2);
  }

  @Test
  void prewarmingDoesNotHoldUpWhoWaitsAndGoesOnMeanwhile() {
    SimulationConfig alone = fast(40).build();
    SimulationConfig both = fast(40).prewarm(List.of(1024 * MIB)).build();

    SimulationResult without = Simulation.run(alone);
    SimulationResult with = Simulation.run(both);

    assertSound(with);
    assertThat(with.completion().p50()).isLessThan(1.1 * without.completion().p50());
    assertThat(with.completion().p99()).isLessThan(1.1 * without.completion().p99());
    assertThat(with.prewarmedMeanwhile()).isGreaterThan(0.01);
  }

  @Test
  void aPolicyThatIsKnownToBeBadIsSeenToBeBad() {
    SimulationConfig.Builder crowd = SimulationConfig.builder().agents(40).blobs(256 * MIB);

    SimulationResult good = Simulation.run(crowd.build());
    SimulationResult bad =
        Simulation.run(crowd.policy(SwarmPolicy.DOWNLOADER_PICKS_IN_ORDER).build());

    assertSound(bad);
    assertThat(good.ratioToBound().p50()).isLessThan(1.3);
    assertThat(bad.ratioToBound().p50()).isGreaterThan(2);
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    SimulationConfig config =
        image(20)
            .faults(
                Fault.of(Fault.Kind.POISON, 1),
                Fault.of(Fault.Kind.RESTART, 3, Duration.ZERO, Duration.ofSeconds(4)))
            .seed(7)
            .build();

    assertThat(Simulation.run(config)).isEqualTo(Simulation.run(config));
    SimulationConfig other = config.toBuilder().seed(8).build();
    assertThat(Simulation.run(other)).isNotEqualTo(Simulation.run(config));
  }

  private static SimulationConfig.Builder fast(int agents) {
    return SimulationConfig.builder().agents(agents).blobs(512 * MIB);
  }

  private static SimulationConfig.Builder image(int agents) {
    return SimulationConfig.builder().agents(agents).rate(AGENT).blobs(IMAGE);
  }

  private static void assertSound(SimulationResult result) {
    assertThat(result.violations()).isEmpty();
    assertThat(result.failed()).isZero();
  }
}
