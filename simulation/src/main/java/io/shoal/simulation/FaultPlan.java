package io.shoal.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Draws from the seed whom the faults of a configuration hit and when, and lets them happen. */
final class FaultPlan {

  /** Unacknowledged for this long, a connection breaks. */
  private static final long ACKNOWLEDGE_NANOS = 3_000_000_000L;

  private final World world;
  private final long startNanos;
  private final List<SimNode> agents;

  /** In random order; those at the front are taken first. */
  private final List<SimNode> healthy;

  FaultPlan(World world, long startNanos, List<SimNode> agents) {
    this.world = world;
    this.startNanos = startNanos;
    this.agents = agents;
    this.healthy = shuffled(agents.stream().filter(a -> !a.impaired).toList());
  }

  List<SimNode> shuffled(List<SimNode> inOrder) {
    List<SimNode> nodes = new ArrayList<>(inOrder);
    for (int i = nodes.size() - 1; i > 0; i--) {
      int j = world.random.nextInt(i + 1);
      SimNode swapped = nodes.get(i);
      nodes.set(i, nodes.get(j));
      nodes.set(j, swapped);
    }
    return nodes;
  }

  /** To be called once, before the run. */
  void arrange(List<Fault> faults) {
    for (Fault fault : faults) {
      switch (fault.kind()) {
        case CRASH -> victims(fault).forEach(agent -> crash(agent, fault, false));
        case RESTART -> victims(fault).forEach(agent -> crash(agent, fault, true));
        case CHURN -> churn(fault);
        case PARTITION -> partition(fault);
        case POISON -> victims(fault).forEach(agent -> agent.poisoner = true);
        case LOST_ANNOUNCES -> world.lostAnnounces = fault.amount().value();
        case TRACKER_LOSS -> {
          int count = fault.amount().of(world.config.trackers());
          world.queue.at(from(fault), () -> world.trackers.lose(count));
          ifOver(fault, () -> world.trackers.restore(count));
        }
        case ORIGIN_LOSS -> originLoss(fault);
        case LATE -> {} // whoever schedules arrivals asks late()
      }
    }
  }

  /** Whom no other fault hits. */
  private List<SimNode> victims(Fault fault) {
    int count = Math.min(healthy.size(), fault.amount().of(agents.size()));
    List<SimNode> taken = List.copyOf(healthy.subList(0, count));
    healthy.removeAll(new LinkedHashSet<>(taken));
    return taken;
  }

  private long from(Fault fault) {
    return startNanos + fault.when().map(Fault.Window::from).orElse(Duration.ZERO).toNanos();
  }

  private long to(Fault fault) {
    return startNanos + fault.when().map(Fault.Window::end).orElse(Duration.ZERO).toNanos();
  }

  private long randomMoment(Fault fault) {
    return from(fault) + (long) (world.random.nextDouble() * (to(fault) - from(fault)));
  }

  private void ifOver(Fault fault, Runnable then) {
    fault.when().flatMap(Fault.Window::to).ifPresent(_ -> world.queue.at(to(fault), then));
  }

  private void crash(SimNode agent, Fault fault, boolean restarts) {
    world.queue.at(randomMoment(fault), () -> crash(agent, restarts));
  }

  private void crash(SimNode agent, boolean restarts) {
    if (agent.alive && agent.arrivedNanos >= 0) {
      agent.impaired |= restarts && !agent.complete();
      agent.lost = !restarts;
      world.crash(agent, restarts);
    }
  }

  private void churn(Fault fault) {
    double perNano = fault.amount().value() * agents.size() / 60e9;
    double at = from(fault);
    while (perNano > 0) {
      at += -StrictMath.log(1 - world.random.nextDouble()) / perNano;
      if (at >= to(fault)) {
        return;
      }
      SimNode agent = agents.get(world.random.nextInt(agents.size()));
      world.queue.at((long) at, () -> crash(agent, true));
    }
  }

  private void partition(Fault fault) {
    int count = fault.amount().of(agents.size());
    Set<SimNode> apart = new LinkedHashSet<>(shuffled(agents).subList(0, count));
    world.partitions.add(apart, from(fault), to(fault));
    world.queue.at(from(fault), () -> apart.forEach(agent -> agent.impaired |= !agent.complete()));
    if (to(fault) - from(fault) > ACKNOWLEDGE_NANOS) {
      world.queue.at(
          from(fault) + ACKNOWLEDGE_NANOS, () -> apart.forEach(agent -> agent.breakLinks(apart)));
    }
  }

  private void originLoss(Fault fault) {
    int count = fault.amount().of(world.config.origins());
    List<SimNode> origins = List.copyOf(world.origins.subList(0, count));
    Runnable loss = () -> origins.forEach(world::crashOrigin);
    if (fault.when().isEmpty()) {
      world.onceSpread = loss;
    } else {
      world.queue.at(from(fault), loss);
      ifOver(fault, () -> origins.forEach(world::restartOrigin));
    }
  }

  /** Changes the arrivals of those who come late. */
  void delay(List<Fault> faults, long[] arrivalNanos) {
    for (Fault fault : faults) {
      if (fault.kind() == Fault.Kind.LATE) {
        for (int left = fault.amount().of(arrivalNanos.length); left > 0; left--) {
          arrivalNanos[world.random.nextInt(arrivalNanos.length)] = from(fault);
        }
      }
    }
  }
}
