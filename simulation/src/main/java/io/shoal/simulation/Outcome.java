package io.shoal.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes a result of what the nodes and the counters hold after a run. */
final class Outcome {

  private final List<Double> times = new ArrayList<>();
  private final List<Double> impairedTimes = new ArrayList<>();
  private final List<Double> firstBytes = new ArrayList<>();
  private int failed;

  /** Sum over agents of the share of the pre-warming that came while they pulled. */
  private double prewarmed;

  private Outcome() {}

  static SimulationResult of(World world) {
    Outcome outcome = new Outcome();
    for (SimNode node : world.nodes) {
      if (!node.isOrigin() && !node.lost) {
        outcome.add(world, node);
      }
    }
    return outcome.result(world);
  }

  private void add(World world, SimNode node) {
    if (!node.complete()) {
      failed++;
      return;
    }
    long done = 0;
    long first = Long.MAX_VALUE;
    for (SimTorrent torrent : node.torrents.values()) {
      if (world.isPrewarmed(torrent.blob)) {
        continue;
      }
      done = Math.max(done, torrent.completeNanos);
      first = torrent.firstByteNanos < 0 ? first : Math.min(first, torrent.firstByteNanos);
    }
    prewarmed +=
        Math.max(0, node.prewarmedMeanwhile) / (double) Math.max(1, world.config.prewarmedBytes());
    firstBytes.add((first - node.arrivedNanos) / 1e9);
    (node.impaired ? impairedTimes : times).add((done - node.arrivedNanos) / 1e9);
  }

  private SimulationResult result(World world) {
    SimulationConfig config = world.config;
    double bound = config.boundSeconds();
    SimulationResult.Quantiles completion = SimulationResult.Quantiles.of(times);
    Tally tally = world.tally;
    double image = config.totalBytes();
    int racks = config.racks().count();
    return new SimulationResult(
        bound,
        completion,
        SimulationResult.Quantiles.of(impairedTimes),
        SimulationResult.Quantiles.of(
            Stream.concat(times.stream(), impairedTimes.stream()).toList()),
        new SimulationResult.Ratio(completion.p50() / bound, completion.p99() / bound),
        SimulationResult.Quantiles.of(firstBytes),
        tally.originBytes / image,
        tally.upstreamBytes / image,
        (double) tally.uselessBytes / Math.max(1, tally.payloadBytes),
        (double) tally.controlBytes / Math.max(1, tally.payloadBytes),
        racks == 0 ? 0 : tally.crossRackBytes / image / racks,
        prewarmed / Math.max(1, times.size() + impairedTimes.size()),
        failed,
        world.checker.violations(),
        tally.engineEvents,
        world.queue.count(),
        times.stream().sorted().toList());
  }
}
