package io.shoal.simulation;

import io.shoal.core.peer.PeerRole;
import java.time.Duration;
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

  /** After the last fault, time for what waits for timeouts and heartbeats. */
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  /** How often the slowest link may need for the image. */
  private static final int TIMES_SLOWEST = 10;

  /** Pre-warming begins before anybody pulls, by this part of the time it takes at least. */
  private static final double PREWARM_LEAD = 0.25;

  private final World world;
  private final SimulationConfig config;

  private Simulation(SimulationConfig config) {
    this.config = config;
    this.world = new World(config);
  }

  /** Runs it to the end. */
  public static SimulationResult run(SimulationConfig config) {
    Simulation simulation = new Simulation(config);
    simulation.build();
    simulation.play();
    return Outcome.of(simulation.world);
  }

  private void build() {
    double agentRate = config.rates().agent().bytesPerSecond() / 1e9;
    double originRate = config.rates().origin().bytesPerSecond() / 1e9;
    int racks = Math.max(1, config.racks().count());
    List<Rack> rows = new ArrayList<>();
    for (int i = 0; i < racks; i++) {
      rows.add(new Rack(i, Bound.uplinkBytesPerNano(config)));
    }
    boolean flat = config.racks().count() == 0;
    Rack core = flat ? rows.getFirst() : new Rack(-1, originRate * config.origins());
    for (int i = 0; i < config.origins(); i++) {
      world.node(PeerRole.ORIGIN, core, originRate, originRate);
    }
    SimulationConfig.Slow slow = config.slow();
    int slowAgents = (int) StrictMath.round(config.agents() * slow.share());
    for (int i = 0; i < config.agents(); i++) {
      double up = i < slowAgents ? agentRate * slow.rate() : agentRate;
      double down = i < slowAgents && slow.both() ? up : agentRate;
      SimNode agent = world.node(PeerRole.AGENT, rows.get(i % racks), up, down);
      agent.impaired = i < slowAgents;
    }
  }

  private void play() {
    EventQueue queue = world.queue;
    List<SimNode> agents = world.nodes.subList(config.origins(), world.nodes.size());
    long begin = START_NANOS + leadNanos();
    FaultPlan faults = new FaultPlan(world, begin, agents);
    faults.arrange(config.faults());
    queue.at(START_NANOS, world::startOrigins);
    if (!config.prewarmBytes().isEmpty()) {
      agents.forEach(agent -> queue.at(START_NANOS, () -> world.prewarm(agent)));
    }
    long[] arrivals = arrivals(begin);
    faults.delay(config.faults(), arrivals);
    // What an agent's number says about it must not decide who is first.
    List<SimNode> inRandomOrder = faults.shuffled(agents);
    for (int i = 0; i < arrivals.length; i++) {
      SimNode agent = inRandomOrder.get(i);
      queue.at(arrivals[i], () -> world.arrive(agent));
    }
    long end = begin + limit().toNanos();
    while ((world.unfinished() > 0 || world.notArrived() > 0) && queue.runNext(end)) {
      // one event after the other
    }
    long settled = Math.min(end, queue.nowNanos() + SETTLE_NANOS);
    while (queue.runNext(settled)) {
      // late answers
    }
    world.checker.atEnd();
  }

  /** By then pre-warming runs at full rate, and most of it is still to come. */
  private long leadNanos() {
    double rate = config.rates().agent().bytesPerSecond();
    return (long) (config.prewarmedBytes() / rate * 1e9 * PREWARM_LEAD);
  }

  /** Moments at which agents begin, in the order in which agents are given to them. */
  private long[] arrivals(long begin) {
    long over = config.arrivals().over().toNanos();
    int waves = config.arrivals().waves();
    int count = config.agents();
    long[] arrivals = new long[count];
    for (int i = 0; i < count; i++) {
      int wave = (int) ((long) i * waves / count);
      long after =
          waves == 0
              ? (long) (over * world.random.nextDouble())
              : waves == 1 ? 0 : over / (waves - 1) * wave;
      arrivals[i] = begin + after;
    }
    return arrivals;
  }

  /** By then everybody has finished: some time after the last fault and the last arrival. */
  private Duration limit() {
    if (config.limit().isPresent()) {
      return config.limit().get();
    }
    Duration last = config.arrivals().over();
    for (Fault fault : config.faults()) {
      Duration end = fault.when().map(Fault.Window::end).orElse(Duration.ZERO);
      last = end.compareTo(last) > 0 ? end : last;
    }
    SimulationConfig.Rates rates = config.rates();
    double slowest = rates.agent().bytesPerSecond() * config.slow().rate();
    slowest = Math.min(slowest, (double) rates.origin().bytesPerSecond());
    double bytes = config.totalBytes();
    double seconds = config.boundSeconds() + TIMES_SLOWEST * bytes / slowest;
    return last.plus(RECOVERY).plusNanos((long) (seconds * 1e9));
  }
}
