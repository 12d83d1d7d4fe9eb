package io.shoal.simulation;

import java.util.List;

/**
 * What a run came to. Times are in seconds of virtual time, each agent's from its own arrival;
 * impaired agents are not counted in {@code completion}.
 *
 * @param boundSeconds no schedule could be faster
 * @param completion when agents had every blob
 * @param impaired the same for agents with a slow link, or that restarted or were cut off meanwhile
 * @param everybody {@code completion} and {@code impaired} together
 * @param ratioToBound completion over the bound
 * @param firstByte when agents held the first piece of the first blob they got
 * @param originCopies bytes the origins sent, over the bytes of one copy
 * @param upstreamCopies bytes the origins fetched, over the bytes of one copy
 * @param duplicateShare bytes received that were of no use, over all bytes received
 * @param controlShare bytes of messages over bytes of payload
 * @param crossRackCopies copies that entered a rack, on average; 0 in a flat network
 * @param prewarmedMeanwhile share of the pre-warming that came while an agent pulled, on average
 * @param failed agents that did not finish though nothing was in their way
 * @param violations what the checkers found, at most a handful
 * @param engineEvents events the engines took
 * @param events events of the simulated world
 * @param finished the times behind {@code completion}, ascending
 */
public record SimulationResult(
    double boundSeconds,
    Quantiles completion,
    Quantiles impaired,
    Quantiles everybody,
    Ratio ratioToBound,
    Quantiles firstByte,
    double originCopies,
    double upstreamCopies,
    double duplicateShare,
    double controlShare,
    double crossRackCopies,
    double prewarmedMeanwhile,
    int failed,
    List<String> violations,
    long engineEvents,
    long events,
    List<Double> finished) {

  /** Quantiles of a time over agents; NaN if there is no agent to speak of. */
  public record Quantiles(double p50, double p90, double p99, double p999, double max) {

    /** The quantiles of these values. */
    public static Quantiles of(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      return new Quantiles(
          at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 0.999), at(sorted, 1));
    }

    private static double at(List<Double> sorted, double share) {
      if (sorted.isEmpty()) {
        return Double.NaN;
      }
      int index = (int) StrictMath.ceil(share * sorted.size()) - 1;
      return sorted.get(Math.max(0, index));
    }
  }

  /** Whether everybody finished and nobody broke a rule. */
  public boolean sound() {
    return failed == 0 && violations.isEmpty();
  }

  /** Completion over the bound. */
  public record Ratio(double p50, double p99) {}

  public SimulationResult {
    violations = List.copyOf(violations);
    finished = List.copyOf(finished);
  }
}
