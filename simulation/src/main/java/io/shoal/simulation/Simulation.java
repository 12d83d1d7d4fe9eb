package io.shoal.simulation;

import io.shoal.core.peer.PeerRole;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a cluster on virtual time with the production engine in every node. The same configuration
 * gives the same result on any machine.
 */
public final class Simulation {

  private static final long START_NANOS = 1_000_000_000L;

  /** After the last agent finished, time for answers that are still under way. */
  private static final long SETTLE_NANOS = 30_000_000_000L;

  final World world;
  private final SimulationConfig config;
  private final List<SimNode> impaired = new ArrayList<>();
  private final List<SimNode> lost = new ArrayList<>();

  Simulation(SimulationConfig config) {
    this.config = config;
    this.world = new World(config);
  }

  /** Runs it to the end. */
  public static SimulationResult run(SimulationConfig config) {
    Simulation simulation = new Simulation(config);
    simulation.build();
    simulation.play();
    return simulation.result();
  }

  void build() {
    double agentRate = config.rates().agent().bytesPerSecond() / 1e9;
    double originRate = config.rates().origin().bytesPerSecond() / 1e9;
    int racks = Math.max(1, config.racks().count());
    int perRack = (config.agents() + racks - 1) / racks;
    double uplink = agentRate * perRack / config.racks().oversubscription();
    List<Rack> rows = new ArrayList<>();
    for (int i = 0; i < racks; i++) {
      rows.add(new Rack(i, uplink));
    }
    boolean flat = config.racks().count() == 0;
    Rack core = flat ? rows.getFirst() : new Rack(-1, originRate * config.origins());
    for (int i = 0; i < config.origins(); i++) {
      world.node(PeerRole.ORIGIN, core, originRate, originRate, false);
    }
    int slow = (int) StrictMath.round(config.agents() * config.faults().slowShare());
    for (int i = 0; i < config.agents(); i++) {
      double up = i < slow ? agentRate * config.faults().slowRate() : agentRate;
      double down = i < slow && config.faults().slowBoth() ? up : agentRate;
      boolean bad = i >= slow && i < slow + config.faults().poisoners();
      SimNode agent = world.node(PeerRole.AGENT, rows.get(i % racks), up, down, bad);
      if (i < slow) {
        impaired.add(agent);
      }
    }
  }

  void play() {
    EventQueue queue = world.queue;
    queue.at(START_NANOS, world::startOrigins);
    List<SimNode> agents = world.nodes.subList(config.origins(), world.nodes.size());
    List<SimNode> inOrder = new ArrayList<>(agents);
    shuffle(inOrder);
    for (int i = 0; i < inOrder.size(); i++) {
      SimNode agent = inOrder.get(i);
      queue.at(START_NANOS + arrival(i, inOrder.size()), () -> world.arrive(agent));
    }
    long over = config.faults().faultsOver().toNanos();
    List<SimNode> healthy = new ArrayList<>(agents);
    healthy.removeAll(impaired);
    shuffle(healthy);
    for (int i = 0; i < Math.min(config.faults().crashes(), healthy.size()); i++) {
      SimNode victim = healthy.get(i);
      long when = START_NANOS + (long) (world.random.nextDouble() * over);
      queue.at(when, () -> crash(victim));
    }
    long end = START_NANOS + config.limit().toNanos();
    while ((world.unfinished() > 0 || world.notArrived() > 0) && queue.runNext(end)) {
      // one event after the other
    }
    long settled = Math.min(end, queue.nowNanos() + SETTLE_NANOS);
    while (queue.runNext(settled)) {
      // late answers
    }
    world.checker.atEnd();
  }

  private void crash(SimNode victim) {
    if (!victim.alive || victim.arrivedNanos < 0) {
      return;
    }
    boolean restarts = config.faults().restarts();
    if (!restarts) {
      lost.add(victim);
    }
    world.crash(victim, restarts);
  }

  private void shuffle(List<SimNode> nodes) {
    for (int i = nodes.size() - 1; i > 0; i--) {
      int j = world.random.nextInt(i + 1);
      SimNode swapped = nodes.get(i);
      nodes.set(i, nodes.get(j));
      nodes.set(j, swapped);
    }
  }

  private long arrival(int index, int count) {
    long over = config.arrivals().over().toNanos();
    int waves = config.arrivals().waves();
    if (waves == 0) {
      return (long) (over * world.random.nextDouble());
    }
    int wave = (int) ((long) index * waves / count);
    return waves == 1 ? 0 : over / (waves - 1) * wave;
  }

  private SimulationResult result() {
    List<Double> times = new ArrayList<>();
    List<Double> slowTimes = new ArrayList<>();
    List<Double> firsts = new ArrayList<>();
    int failed = 0;
    for (SimNode node : world.nodes) {
      if (node.isOrigin() || lost.contains(node)) {
        continue;
      }
      long done = 0;
      long first = Long.MAX_VALUE;
      for (SimTorrent torrent : node.torrents.values()) {
        done = Math.max(done, torrent.completeNanos);
        first = torrent.firstByteNanos < 0 ? first : Math.min(first, torrent.firstByteNanos);
      }
      if (!node.complete()) {
        failed++;
        continue;
      }
      double seconds = (done - node.arrivedNanos) / 1e9;
      firsts.add((first - node.arrivedNanos) / 1e9);
      (impaired.contains(node) ? slowTimes : times).add(seconds);
    }
    double bound = bound();
    SimulationResult.Quantiles completion = SimulationResult.Quantiles.of(times);
    Tally tally = world.tally;
    double image = config.blobBytes().stream().mapToLong(Long::longValue).sum();
    double racks = Math.max(1, config.racks().count());
    return new SimulationResult(
        bound,
        completion,
        SimulationResult.Quantiles.of(slowTimes),
        new SimulationResult.Ratio(completion.p50() / bound, completion.p99() / bound),
        SimulationResult.Quantiles.of(firsts),
        tally.originBytes / image,
        tally.upstreamBytes / image / config.origins(),
        (double) tally.uselessBytes / Math.max(1, tally.payloadBytes),
        (double) tally.controlBytes / Math.max(1, tally.payloadBytes),
        config.racks().count() == 0 ? 0 : tally.crossRackBytes / image / racks,
        failed,
        world.checker.violations(),
        tally.engineEvents);
  }

  /** The time no schedule can beat, for an agent that begins with the first. */
  private double bound() {
    double bytes = 0;
    double pieces = 0;
    double piece = 0;
    for (Blob blob : world.blobs) {
      bytes += blob.layout().blobBytes();
      pieces += blob.layout().pieceCount();
      piece = Math.max(piece, blob.layout().pieceBytes());
    }
    double rate = config.rates().agent().bytesPerSecond();
    int doublings = 31 - Integer.numberOfLeadingZeros(config.agents());
    double bound = bytes / rate * (1 + doublings / pieces);
    if (config.rates().upstream().isPresent()) {
      bound = Math.max(bound, (bytes + piece) / config.rates().upstream().get().bytesPerSecond());
    }
    int racks = config.racks().count();
    if (racks > 0) {
      double perRack = StrictMath.ceil(config.agents() / (double) racks);
      bound = Math.max(bound, bytes / (rate * perRack / config.racks().oversubscription()));
    }
    double origins = (double) config.rates().origin().bytesPerSecond() * config.origins();
    return Math.max(bound, bytes / origins);
  }
}
