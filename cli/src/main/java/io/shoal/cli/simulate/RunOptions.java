package io.shoal.cli.simulate;

import io.shoal.cli.console.UserError;
import io.shoal.core.units.ByteRate;
import io.shoal.core.units.ByteSize;
import io.shoal.simulation.SimulationConfig;
import io.shoal.swarm.engine.SwarmPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that describe one run. */
final class RunOptions {

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "100",
      description = "Agents that pull (default: ${DEFAULT-VALUE}).")
  private int agents;

  @Option(
      names = "--blobs",
      paramLabel = "SIZE[,SIZE...]",
      defaultValue = "1GiB",
      description =
          "Blobs that every agent pulls, all at once, e.g. 400MiB,2.5GB (default:"
              + " ${DEFAULT-VALUE}).")
  private String blobs;

  @Option(
      names = "--prewarm",
      paramLabel = "SIZE[,SIZE...]",
      description =
          "Blobs that every agent is pre-warming when it begins to pull the others (default:"
              + " none).")
  private @Nullable String prewarm;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      defaultValue = "1.25GB/s",
      description = "Up and down of an agent (default: ${DEFAULT-VALUE}).")
  private String rate;

  @Option(
      names = "--origins",
      paramLabel = "K",
      defaultValue = "1",
      description = "Origins that hold the blobs (default: ${DEFAULT-VALUE}).")
  private int origins;

  @Option(
      names = "--origin-rate",
      paramLabel = "RATE",
      description = "Up and down of an origin (default: an agent's).")
  private @Nullable String originRate;

  @Option(
      names = "--trackers",
      paramLabel = "T",
      defaultValue = "1",
      description = "Trackers, 1 to 7 (default: ${DEFAULT-VALUE}).")
  private int trackers;

  @Option(
      names = "--upstream-rate",
      paramLabel = "RATE",
      description =
          "The origins begin with nothing and fetch at this rate while agents pull (default: they"
              + " hold all blobs).")
  private @Nullable String upstreamRate;

  @Option(
      names = "--hash-rate",
      paramLabel = "RATE",
      defaultValue = "2.8GB/s",
      description = "At which a node checks pieces (default: ${DEFAULT-VALUE}).")
  private String hashRate;

  @Option(
      names = "--latency",
      paramLabel = "TIME",
      defaultValue = "100us",
      description = "One way between any two nodes (default: ${DEFAULT-VALUE}).")
  private String latency;

  @Option(
      names = "--racks",
      paramLabel = "R",
      defaultValue = "0",
      description = "Racks among which the agents are dealt (default: a flat network).")
  private int racks;

  @Option(
      names = "--oversubscription",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "What a rack's hosts can send together over what its uplink carries (default:"
              + " ${DEFAULT-VALUE}).")
  private double oversubscription;

  @Option(
      names = "--slow",
      paramLabel = "SHARE@RATE:up|both",
      description =
          "This share of the agents has a link of this share of the nominal rate, upwards or both"
              + " ways, e.g. 2%%@2%%:up. Their times are shown apart.")
  private @Nullable String slow;

  @Option(
      names = "--arrivals",
      paramLabel = "[WAVES@]TIME",
      description =
          "When agents begin: 20s: each at its own moment within 20 s; 10@20s: in 10 waves over 20"
              + " s; 2T is twice the bound (default: all at once). Each agent's time counts from"
              + " its own arrival.")
  private @Nullable String arrivals;

  @Option(
      names = "--faults",
      paramLabel = "FAULT[,FAULT...]",
      description = {
        "What goes wrong, each NAME=AMOUNT[@FROM[..TO]]; an amount is a number or a share like 5%%,"
            + " a time is like 250ms, 1.5s, 2m or 0.5T (of the bound), counted from the first"
            + " arrival:",
        "crash: agents die for good, each at a random moment of FROM..TO (default: 0s..2T)",
        "restart: the same, but each comes back after 0.5 s with what is on its disk",
        "churn: this share of all agents restarts per minute, during FROM..TO",
        "partition: so many agents see only each other during FROM..TO",
        "poison: so many agents send tampered pieces",
        "lost-announces: this share of all announces reaches no tracker",
        "tracker-loss: so many trackers die at FROM; they are back, knowing nothing, at TO",
        "origin-loss: so many origins die at FROM and are back at TO; without a time: for good, as"
            + " soon as the agents hold every piece between them",
        "late: so many agents arrive at FROM instead"
      })
  private @Nullable String faults;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      defaultValue = "shoal",
      description =
          "How the swarm decides: shoal, random-first, rarest-first, in-order, downloader-picks,"
              + " naive-end-game, tit-for-tat or downloader-picks-in-order (default:"
              + " ${DEFAULT-VALUE}).")
  private String policy;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of every random choice (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--limit",
      paramLabel = "TIME",
      description =
          "Virtual time after which the run is over, finished or not (default: some time after the"
              + " last fault).")
  private @Nullable String limit;

  /** What was asked for. */
  SimulationConfig config() {
    String pre = prewarm;
    SimulationConfig.Builder builder =
        SimulationConfig.builder()
            .agents(agents)
            .blobs(option("--blobs", () -> sizes(blobs)))
            .prewarm(pre == null ? List.of() : option("--prewarm", () -> sizes(pre)))
            .rate(option("--rate", () -> ByteRate.parse(rate)))
            .origins(origins)
            .trackers(trackers)
            .hashRate(option("--hash-rate", () -> ByteRate.parse(hashRate)))
            .racks(racks, oversubscription)
            .seed(seed);
    with("--policy", policy, p -> builder.policy(SwarmPolicy.named(p)));
    with("--origin-rate", originRate, r -> builder.originRate(ByteRate.parse(r)));
    with("--upstream-rate", upstreamRate, r -> builder.upstreamRate(ByteRate.parse(r)));
    with("--slow", slow, builder::slow);
    if (racks == 0 && oversubscription != 1) {
      throw UserError.unusable("--oversubscription needs --racks");
    }
    double bound = built(builder).boundSeconds();
    with("--latency", latency, t -> builder.latency(SimulationConfig.time(t, bound)));
    with("--arrivals", arrivals, a -> builder.arrivals(a, bound));
    with("--faults", faults, f -> builder.faults(f, bound));
    with("--limit", limit, t -> builder.limit(SimulationConfig.time(t, bound)));
    return built(builder);
  }

  private static List<Long> sizes(String text) {
    List<Long> sizes = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      sizes.add(ByteSize.parse(part).bytes());
    }
    return sizes;
  }

  private static SimulationConfig built(SimulationConfig.Builder builder) {
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw UserError.unusable("--" + e.getMessage());
    }
  }

  /** Turns what cannot be parsed into an error that names the option. */
  static <T> T option(String name, Supplier<T> parsed) {
    try {
      return parsed.get();
    } catch (IllegalArgumentException e) {
      throw UserError.unusable(name + ": " + e.getMessage());
    }
  }

  private static void with(
      String name, @Nullable String text, Function<String, SimulationConfig.Builder> set) {
    if (text != null) {
      SimulationConfig.Builder _ = option(name, () -> set.apply(text));
    }
  }
}
