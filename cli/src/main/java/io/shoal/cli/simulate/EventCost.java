package io.shoal.cli.simulate;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.simulation.Simulation;
import io.shoal.simulation.SimulationConfig;
import io.shoal.simulation.SimulationResult;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;

/**
 * What an event of an engine costs the processor, the simulated network around it included. Shows
 * whether the engine's work for one event depends on how many agents there are.
 */
final class EventCost {

  /** Runs with fewer agents are over before the compilers are done. */
  private static final int COMPARED_WITH_AGENTS = 100;

  private static final double MOST_TIMES = 2;

  /** A run and the processor time it took. */
  record Sample(SimulationConfig config, SimulationResult result, long cpuNanos) {
    int agents() {
      return config.agents();
    }

    double micros() {
      return cpuNanos / 1e3 / result.engineEvents();
    }
  }

  private EventCost() {}

  /** Runs it and takes the time of this thread, which is all that a simulation uses. */
  static Sample run(SimulationConfig config) {
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    SimulationResult result = Simulation.run(config);
    return new Sample(config, result, threads.getCurrentThreadCpuTime() - before);
  }

  /** Lets the compilers do their work first, so that the first of many runs is not charged it. */
  static void warmUp() {
    Simulation.run(SimulationConfig.builder().agents(200).blobs(64L << 20).build());
  }

  /** How an event among the most agents compares with one among a hundred; empty if none can. */
  static Optional<String> line(List<Sample> samples) {
    Optional<Sample> few =
        samples.stream().filter(s -> s.agents() == COMPARED_WITH_AGENTS).findFirst();
    if (few.isEmpty() || samples.getLast().agents() <= COMPARED_WITH_AGENTS) {
      return Optional.empty();
    }
    Sample many = samples.getLast();
    double times = many.micros() / few.get().micros();
    return Optional.of(
        format(
            ROOT,
            "an event costs %.2f times as much with %d agents as with %d: target %.0f %s",
            times,
            many.agents(),
            COMPARED_WITH_AGENTS,
            MOST_TIMES,
            times <= MOST_TIMES ? "met" : "MISSED"));
  }
}
