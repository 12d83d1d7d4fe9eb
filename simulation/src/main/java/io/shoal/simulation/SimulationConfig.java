package io.shoal.simulation;

import io.shoal.core.units.ByteRate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One simulated run. Start from {@link #flashCrowd} and change what differs.
 *
 * @param agents how many agents pull
 * @param blobBytes lengths of the blobs, all pulled at once by every agent
 * @param origins how many origins hold the blobs
 * @param rates what nodes can send, receive and hash
 * @param racks where agents stand
 * @param arrivals when agents begin
 * @param faults what goes wrong
 * @param policy how the swarm decides
 * @param seed of every random choice
 * @param limit virtual time after which the run is over, finished or not
 */
public record SimulationConfig(
    int agents,
    List<Long> blobBytes,
    int origins,
    Rates rates,
    Racks racks,
    Arrivals arrivals,
    Faults faults,
    SimulationPolicy policy,
    long seed,
    Duration limit) {

  /**
   * Rates of the nodes.
   *
   * @param agent up and down of an agent
   * @param origin up and down of an origin
   * @param upstream at which blobs reach the origins; empty if they hold them from the start
   * @param hash at which a node checks pieces
   * @param latency one way between any two nodes
   */
  public record Rates(
      ByteRate agent,
      ByteRate origin,
      Optional<ByteRate> upstream,
      ByteRate hash,
      Duration latency) {}

  /**
   * Racks with a common uplink.
   *
   * @param count racks the agents are dealt to, 0 for a flat network
   * @param oversubscription what the hosts of a rack can send together over what its uplink carries
   */
  public record Racks(int count, double oversubscription) {}

  /**
   * When agents begin: in {@code waves} groups of equal size spread evenly over {@code over}.
   *
   * @param over zero for all at once
   * @param waves 0 for every agent at its own moment
   */
  public record Arrivals(Duration over, int waves) {}

  /**
   * What goes wrong.
   *
   * @param slowShare share of the agents with a slow link
   * @param slowRate their rate as a share of the nominal one
   * @param slowBoth whether they are slow both ways or only up
   * @param poisoners agents that send tampered pieces
   * @param crashes agents that die at a random moment of the run
   * @param restarts whether they come back with what they had on disk
   * @param faultsOver crashes fall into this time
   * @param originLost the first origin dies as soon as the agents hold every piece between them
   * @param lostAnnounces share of announces the tracker never sees
   */
  public record Faults(
      double slowShare,
      double slowRate,
      boolean slowBoth,
      int poisoners,
      int crashes,
      boolean restarts,
      Duration faultsOver,
      boolean originLost,
      double lostAnnounces) {

    /** Nothing goes wrong. */
    public static Faults none() {
      return new Faults(0, 1, false, 0, 0, false, Duration.ZERO, false, 0);
    }
  }

  public SimulationConfig {
    blobBytes = List.copyOf(blobBytes);
    if (agents < 1 || origins < 1 || blobBytes.isEmpty()) {
      throw new IllegalArgumentException("a run needs agents, origins and blobs");
    }
  }

  /** Every agent begins at once, on equal links, and one origin holds the blobs. */
  public static SimulationConfig flashCrowd(int agents, ByteRate rate, List<Long> blobBytes) {
    return new SimulationConfig(
        agents,
        blobBytes,
        1,
        new Rates(
            rate, rate, Optional.empty(), new ByteRate(2_800_000_000L), Duration.ofNanos(100_000)),
        new Racks(0, 1),
        new Arrivals(Duration.ZERO, 1),
        Faults.none(),
        SimulationPolicy.SHOAL,
        1,
        Duration.ofHours(1));
  }

  /** The same with other rates. */
  public SimulationConfig with(Rates other) {
    return new SimulationConfig(
        agents, blobBytes, origins, other, racks, arrivals, faults, policy, seed, limit);
  }

  /** The same with other faults. */
  public SimulationConfig with(Faults other) {
    return new SimulationConfig(
        agents, blobBytes, origins, rates, racks, arrivals, other, policy, seed, limit);
  }

  /** The same with other arrivals. */
  public SimulationConfig with(Arrivals other) {
    return new SimulationConfig(
        agents, blobBytes, origins, rates, racks, other, faults, policy, seed, limit);
  }

  /** The same in racks. */
  public SimulationConfig with(Racks other) {
    return new SimulationConfig(
        agents, blobBytes, origins, rates, other, arrivals, faults, policy, seed, limit);
  }

  /** The same under another policy. */
  public SimulationConfig with(SimulationPolicy other) {
    return new SimulationConfig(
        agents, blobBytes, origins, rates, racks, arrivals, faults, other, seed, limit);
  }

  /** The same with another seed. */
  public SimulationConfig withSeed(long other) {
    return new SimulationConfig(
        agents, blobBytes, origins, rates, racks, arrivals, faults, policy, other, limit);
  }

  /** The same with another number of origins. */
  public SimulationConfig withOrigins(int other) {
    return new SimulationConfig(
        agents, blobBytes, other, rates, racks, arrivals, faults, policy, seed, limit);
  }

  /** The same, but the origins fetch the blobs from upstream at this rate while agents pull. */
  public SimulationConfig cold(ByteRate upstream) {
    return with(
        new Rates(rates.agent, rates.origin, Optional.of(upstream), rates.hash, rates.latency));
  }
}
