package io.shoal.cli.simulate;

import io.shoal.core.units.ByteRate;
import io.shoal.simulation.SimulationConfig;
import io.shoal.simulation.SimulationPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/** The tables of docs/swarm.md: which runs, and what each is to reach. */
final class Tables {

  private static final long MIB = 1 << 20;
  private static final long FLASH_BYTES = 512 * MIB;
  private static final List<Long> TYPICAL_IMAGE =
      List.of(MIB / 5, MIB, 4 * MIB, 16 * MIB, 30 * MIB, 60 * MIB, 120 * MIB, 400 * MIB);

  /**
   * What a run is to reach; each is empty where nothing is asked.
   *
   * @param p50 over the bound
   * @param p99 over the bound
   * @param originCopies at most
   * @param rackCopies at most
   */
  record Target(
      OptionalDouble p50,
      OptionalDouble p99,
      OptionalDouble originCopies,
      OptionalDouble rackCopies) {

    static final Target NONE = new Target(none(), none(), none(), none());

    static Target times(double p50, double p99) {
      return new Target(OptionalDouble.of(p50), OptionalDouble.of(p99), none(), none());
    }

    static Target p99(double p99) {
      return new Target(none(), OptionalDouble.of(p99), none(), none());
    }

    Target copies(double copies) {
      return new Target(p50, p99, OptionalDouble.of(copies), rackCopies);
    }

    Target intoRack(double copies) {
      return new Target(p50, p99, originCopies, OptionalDouble.of(copies));
    }

    private static OptionalDouble none() {
      return OptionalDouble.empty();
    }
  }

  /** One run of a table. */
  record Row(String label, SimulationConfig config, Target target) {}

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
              Target.times(1.15, 1.25).copies(1.3)));
    }
    for (int agents : new int[] {1000, 2000}) {
      rows.add(new Row(agents + " agents", crowd(agents), Target.times(1.25, 1.35).copies(1.3)));
    }
    return new Table("flash", "a flash crowd: 512 MiB in 256 pieces, one origin", false, rows);
  }

  private static Table growth() {
    List<Row> rows = new ArrayList<>();
    for (int agents : new int[] {10, 30, 100, 300, 1000, 3000, 10_000}) {
      rows.add(new Row(agents + " agents", crowd(agents), Target.NONE));
    }
    return new Table("growth", "how completion grows with the number of agents", true, rows);
  }

  private static Table image() {
    List<Row> rows = new ArrayList<>();
    for (int agents : new int[] {100, 1000}) {
      rows.add(
          new Row(agents + " agents", crowd(agents, b -> b.blobs(TYPICAL_IMAGE)), Target.p99(1.4)));
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
            new Row("over 2 T", crowd(1000, b -> b.arrivals("2T", bound)), Target.p99(1.4)),
            new Row(
                "10 waves over 2 T",
                crowd(1000, b -> b.arrivals("10@2T", bound)),
                Target.p99(1.3))));
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
        List.of(new Row("2600 agents", config, Target.times(11 / bound, 12.5 / bound).copies(5))));
  }

  private static Table origins() {
    List<Row> rows = new ArrayList<>();
    ByteRate half = new ByteRate(625_000_000L);
    for (int origins : new int[] {1, 2, 3, 5}) {
      double most = origins == 1 ? 1.3 : origins;
      rows.add(
          new Row(
              origins + " origins, warm",
              crowd(500, b -> b.origins(origins)),
              Target.NONE.copies(most)));
      rows.add(
          new Row(
              origins + " origins, cold",
              crowd(500, b -> b.origins(origins).upstreamRate(half)),
              Target.NONE.copies(most)));
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
                Target.p99(1.25).copies(1.3)));
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
              Target.p99(1.3)));
      rows.add(
          new Row(
              "10 % at 2 % both ways, seed " + s,
              crowd(500, b -> b.slow(0.1, 0.02, true).seed(s)),
              Target.p99(1.3)));
    }
    return new Table("slow", "slow links, 500 agents; times are the others'", false, rows);
  }

  private static Table racks() {
    return new Table(
        "racks",
        "racks of 40 hosts, uplinks oversubscribed 4:1",
        false,
        List.of(
            new Row("5 racks", crowd(200, b -> b.racks(5, 4)), Target.NONE.intoRack(2)),
            new Row("10 racks", crowd(400, b -> b.racks(10, 4)), Target.NONE.intoRack(2))));
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
    Target target = label.startsWith("churn") ? Target.p99(1.5) : Target.NONE;
    return new Row(label, faulty(b -> faults.isEmpty() ? b : b.faults(faults, bound)), target);
  }

  private static SimulationConfig faulty(UnaryOperator<SimulationConfig.Builder> change) {
    return crowd(100, b -> change.apply(b.rate(new ByteRate(60_000_000L))));
  }

  private static Table policies() {
    List<Row> rows = new ArrayList<>();
    for (SimulationPolicy policy : SimulationPolicy.values()) {
      rows.add(
          new Row(
              policy.text(),
              crowd(200, b -> b.policy(policy).limit(Duration.ofMinutes(2))),
              Target.NONE));
    }
    return new Table("policies", "the choice measured: 200 agents, one origin", false, rows);
  }
}
