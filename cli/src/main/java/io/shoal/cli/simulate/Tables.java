package io.shoal.cli.simulate;

import io.shoal.core.units.ByteRate;
import io.shoal.simulation.SimulationConfig;
import io.shoal.simulation.SimulationResult;
import io.shoal.swarm.engine.SwarmPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** The tables of docs/swarm.md: which runs, and what each is to reach. */
final class Tables {

  private static final long MIB = 1 << 20;
  private static final double MOST_DUPLICATES = 0.03;
  private static final double MOST_CONTROL = 0.001;
  private static final long FLASH_BYTES = 512 * MIB;
  private static final List<Long> TYPICAL_IMAGE =
      List.of(MIB / 5, MIB, 4 * MIB, 16 * MIB, 30 * MIB, 60 * MIB, 120 * MIB, 400 * MIB);

  /**
   * What a run is to reach.
   *
   * @param name which figure
   * @param most what it may be
   * @param of the figure
   */
  record Goal(String name, double most, ToDoubleFunction<SimulationResult> of) {

    static Goal p50(double most) {
      return new Goal("p50", most, r -> r.ratioToBound().p50());
    }

    static Goal p99(double most) {
      return new Goal("p99", most, r -> r.ratioToBound().p99());
    }

    /** Slow agents included. */
    static Goal p99OfAll(double most) {
      return new Goal("p99 of all", most, r -> r.everybody().p99() / r.boundSeconds());
    }

    static Goal p999(double most) {
      return new Goal("p99.9", most, r -> r.completion().p999() / r.boundSeconds());
    }

    static Goal copies(double most) {
      return new Goal("origin", most, SimulationResult::originCopies);
    }

    static Goal intoRack(double most) {
      return new Goal("rack", most, SimulationResult::crossRackCopies);
    }

    static Goal duplicates() {
      return new Goal("in vain", MOST_DUPLICATES, SimulationResult::duplicateShare);
    }

    static Goal control() {
      return new Goal("control", MOST_CONTROL, SimulationResult::controlShare);
    }

    static Goal nobodyFails() {
      return new Goal("failed", 0, SimulationResult::failed);
    }
  }

  /** One run of a table. */
  record Row(String label, SimulationConfig config, List<Goal> goals) {
    Row(String label, SimulationConfig config, Goal... goals) {
      this(label, config, List.of(goals));
    }
  }

  /**
   * A table.
   *
   * @param name on the command line
   * @param about what it shows
   * @param growth whether its rows differ in the number of agents, so that a fit makes sense
   */
  record Table(String name, String about, boolean growth, List<Row> rows) {}

  private Tables() {}

  static List<Table> all() {
    return List.of(
        flash(),
        growth(),
        image(),
        arrivals(),
        published(),
        origins(),
        cold(),
        slow(),
        racks(),
        faults(),
        policies());
  }

  static Optional<Table> named(String name) {
    return all().stream().filter(table -> table.name().equals(name)).findFirst();
  }

  private static SimulationConfig crowd(
      int agents, UnaryOperator<SimulationConfig.Builder> change) {
    return change.apply(SimulationConfig.builder().agents(agents).blobs(FLASH_BYTES)).build();
  }

  private static SimulationConfig crowd(int agents) {
    return crowd(agents, b -> b);
  }

  private static Table flash() {
    List<Row> rows = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      long s = seed;
      rows.add(
          new Row(
              "100 agents, seed " + s,
              crowd(100, b -> b.seed(s)),
              Goal.p50(1.15),
              Goal.p99(1.25),
              Goal.copies(1.3),
              Goal.duplicates(),
              Goal.control()));
    }
    for (int agents : new int[] {1000, 2000}) {
      rows.add(
          new Row(
              agents + " agents",
              crowd(agents),
              Goal.p50(1.25),
              Goal.p99(1.35),
              Goal.copies(1.3),
              Goal.duplicates(),
              Goal.control()));
    }
    return new Table("flash", "a flash crowd: 512 MiB in 256 pieces, one origin", false, rows);
  }

  private static Table growth() {
    List<Row> rows = new ArrayList<>();
    for (int agents : new int[] {10, 30, 100, 300, 1000, 3000, 10_000}) {
      rows.add(new Row(agents + " agents", crowd(agents)));
    }
    return new Table("growth", "how completion grows with the number of agents", true, rows);
  }

  private static Table image() {
    List<Row> rows = new ArrayList<>();
    for (int agents : new int[] {100, 1000}) {
      rows.add(
          new Row(agents + " agents", crowd(agents, b -> b.blobs(TYPICAL_IMAGE)), Goal.p99(1.4)));
    }
    return new Table("image", "layers of 0.2, 1, 4, 16, 30, 60, 120 and 400 MiB", false, rows);
  }

  private static Table arrivals() {
    double bound = crowd(1000).boundSeconds();
    return new Table(
        "arrivals",
        "1000 agents that do not come at once, each from its own arrival",
        false,
        List.of(
            new Row("over 2 T", crowd(1000, b -> b.arrivals("2T", bound)), Goal.p99(1.4)),
            new Row(
                "10 waves over 2 T", crowd(1000, b -> b.arrivals("10@2T", bound)), Goal.p99(1.3))));
  }

  private static Table published() {
    SimulationConfig config =
        SimulationConfig.builder()
            .agents(2600)
            .blobs(1_500_000_000L, 1_500_000_000L)
            .rate(new ByteRate(300_000_000L))
            .origins(5)
            .trackers(5)
            .build();
    double bound = config.boundSeconds();
    return new Table(
        "published",
        "2600 agents, 3 GB in 2 blobs, 300 MB/s, 5 origins, 5 trackers: p50 11 s, p99 12.5 s, p99.9"
            + " 13 s",
        false,
        List.of(
            new Row(
                "2600 agents",
                config,
                Goal.p50(11 / bound),
                Goal.p99(12.5 / bound),
                Goal.p999(13 / bound),
                Goal.copies(5))));
  }

  private static Table origins() {
    List<Row> rows = new ArrayList<>();
    ByteRate half = new ByteRate(625_000_000L);
    for (int origins : new int[] {1, 2, 3, 5}) {
      double most = origins == 1 ? 1.3 : origins;
      rows.add(
          new Row(
              origins + " origins, warm", crowd(500, b -> b.origins(origins)), Goal.copies(most)));
      rows.add(
          new Row(
              origins + " origins, cold",
              crowd(500, b -> b.origins(origins).upstreamRate(half)),
              Goal.copies(most)));
    }
    return new Table("origins", "copies out of the origins, 500 agents", false, rows);
  }

  private static Table cold() {
    List<Row> rows = new ArrayList<>();
    for (int agents : new int[] {4, 100, 500}) {
      for (int part : new int[] {4, 2, 1}) {
        ByteRate upstream = new ByteRate(1_250_000_000L / part);
        rows.add(
            new Row(
                agents + " agents, upstream at " + (part == 1 ? "1" : "1/" + part),
                crowd(agents, b -> b.upstreamRate(upstream)),
                Goal.p99(1.25),
                Goal.copies(1.3)));
      }
    }
    return new Table("cold", "cut-through: the origin fetches while agents pull", false, rows);
  }

  private static Table slow() {
    List<Row> rows = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      long s = seed;
      rows.add(
          new Row(
              "2 % at 2 % up, seed " + s,
              crowd(500, b -> b.slow(0.02, 0.02, false).seed(s)),
              Goal.p99OfAll(1.3)));
      rows.add(
          new Row(
              "10 % at 2 % both ways, seed " + s,
              crowd(500, b -> b.slow(0.1, 0.02, true).seed(s)),
              Goal.p99(1.3)));
    }
    return new Table("slow", "slow links, 500 agents; times are the others'", false, rows);
  }

  private static Table racks() {
    return new Table(
        "racks",
        "racks of 40 hosts, uplinks oversubscribed 4:1",
        false,
        List.of(
            new Row("5 racks", crowd(200, b -> b.racks(5, 4)), Goal.intoRack(2)),
            new Row("10 racks", crowd(400, b -> b.racks(10, 4)), Goal.intoRack(2))));
  }

  private static Table faults() {
    double bound = faulty(b -> b).boundSeconds();
    return new Table(
        "faults",
        "100 agents at 60 MB/s: nobody fails and no rule is broken",
        false,
        List.of(
            row("nothing", bound, ""),
            row("one poisoner", bound, "poison=1"),
            row("tracker killed", bound, "tracker-loss=1@0.3T"),
            row("origin killed", bound, "origin-loss=1"),
            row("origin gone for a while", bound, "origin-loss=1@0.3T..0.8T"),
            row("churn of 10 % a minute", bound, "churn=10%@0s..3T"),
            row("30 % cut off", bound, "partition=30%@0.3T..0.6T"),
            row("30 % of announces lost", bound, "lost-announces=30%"),
            row("20 % restart", bound, "restart=20%@0s..1T")));
  }

  private static Row row(String label, double bound, String faults) {
    SimulationConfig config = faulty(b -> faults.isEmpty() ? b : b.faults(faults, bound));
    return label.startsWith("churn")
        ? new Row(label, config, Goal.nobodyFails(), Goal.p99(1.5))
        : new Row(label, config, Goal.nobodyFails());
  }

  private static SimulationConfig faulty(UnaryOperator<SimulationConfig.Builder> change) {
    return crowd(100, b -> change.apply(b.rate(new ByteRate(60_000_000L))));
  }

  private static Table policies() {
    List<Row> rows = new ArrayList<>();
    for (SwarmPolicy policy : SwarmPolicy.values()) {
      rows.add(
          new Row(policy.text(), crowd(200, b -> b.policy(policy).limit(Duration.ofMinutes(2)))));
    }
    return new Table("policies", "the choice measured: 200 agents, one origin", false, rows);
  }
}
