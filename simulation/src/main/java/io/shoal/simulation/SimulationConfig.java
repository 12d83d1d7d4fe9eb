package io.shoal.simulation;

import io.shoal.core.units.ByteRate;
import io.shoal.swarm.engine.SwarmPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One simulated run. Start from {@link #builder} and change what differs from a flash crowd: every
 * agent begins at once, on equal links, and one origin holds the blobs.
 *
 * @param agents how many agents pull
 * @param blobBytes lengths of the blobs, all pulled at once by every agent
 * @param prewarmBytes lengths of the blobs that every agent is pre-warming when it begins to pull
 * @param origins how many origins hold the blobs
 * @param trackers how many trackers introduce agents to each other
 * @param rates what nodes can send, receive and hash
 * @param racks where agents stand
 * @param slow agents with a slow link
 * @param arrivals when agents begin
 * @param faults what goes wrong
 * @param policy how the swarm decides
 * @param seed of every random choice
 * @param limit virtual time after which the run is over; if empty, it follows from the rest
 */
public record SimulationConfig(
    int agents,
    List<Long> blobBytes,
    List<Long> prewarmBytes,
    int origins,
    int trackers,
    Rates rates,
    Racks racks,
    Slow slow,
    Arrivals arrivals,
    List<Fault> faults,
    SwarmPolicy policy,
    long seed,
    Optional<Duration> limit) {

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
   * Agents with a slow link.
   *
   * @param share of all agents
   * @param rate theirs, as a share of the nominal one
   * @param both whether they are slow both ways or only up
   */
  public record Slow(double share, double rate, boolean both) {}

  /**
   * When agents begin: in {@code waves} groups of equal size spread evenly over {@code over}.
   *
   * @param over zero for all at once
   * @param waves 0 for every agent at its own moment
   */
  public record Arrivals(Duration over, int waves) {}

  public SimulationConfig {
    blobBytes = List.copyOf(blobBytes);
    prewarmBytes = List.copyOf(prewarmBytes);
    faults = List.copyOf(faults);
    require(agents >= 1 && agents <= 100_000, "agents: from 1 to 100000");
    require(!blobBytes.isEmpty() && blobBytes.size() <= 1000, "blobs: from 1 to 1000");
    require(blobBytes.stream().allMatch(SimulationConfig::sane), "blobs: 1 B to 1 TiB each");
    require(
        prewarmBytes.size() <= 1000 && prewarmBytes.stream().allMatch(SimulationConfig::sane),
        "prewarm: up to 1000 blobs of 1 B to 1 TiB each");
    require(origins >= 1 && origins <= 64, "origins: from 1 to 64");
    require(trackers >= 1 && trackers <= 7, "trackers: from 1 to 7");
    require(racks.count >= 0 && racks.count <= agents, "racks: not more than agents");
    require(racks.oversubscription > 0, "oversubscription: above 0");
    require(slow.share >= 0 && slow.share <= 1, "slow: a share from 0% to 100%");
    require(slow.rate > 0 && slow.rate <= 1, "slow: a rate above 0% up to 100% of the others'");
    require(arrivals.waves >= 0, "arrivals: waves cannot be negative");
  }

  private static boolean sane(long blob) {
    return blob >= 1 && blob <= 1L << 40;
  }

  private static void require(boolean good, String reason) {
    if (!good) {
      throw new IllegalArgumentException(reason);
    }
  }

  /** A flash crowd of a hundred, each pulling 1 GiB over 10 Gb/s. */
  public static Builder builder() {
    return new Builder();
  }

  /** The same run with some differences. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** The bytes every agent pulls. */
  public long imageBytes() {
    return blobBytes.stream().mapToLong(Long::longValue).sum();
  }

  /** The bytes every agent pre-warms. */
  long prewarmedBytes() {
    return prewarmBytes.stream().mapToLong(Long::longValue).sum();
  }

  /** The bytes every agent ends up with. */
  long totalBytes() {
    return imageBytes() + prewarmedBytes();
  }

  /** No schedule could be faster for agents that begin at the same time. */
  public double boundSeconds() {
    return Bound.seconds(this);
  }

  /**
   * Reads a time such as {@code 100us}, {@code 1.5s}, or {@code 2T} for twice the bound.
   *
   * @throws IllegalArgumentException with a text that shows how to write one
   */
  public static Duration time(String text, double boundSeconds) {
    return VirtualTime.parse(text, boundSeconds);
  }

  /** The command line that runs this again. */
  public String command() {
    return CommandText.of(this);
  }

  /** What a configuration becomes step by step. */
  public static final class Builder {
    private static final Pattern SLOW = Pattern.compile("([0-9.]+)%@([0-9.]+)%:(up|both)");

    private int agents = 100;
    private List<Long> blobBytes = List.of(1L << 30);
    private List<Long> prewarmBytes = List.of();
    private int origins = 1;
    private int trackers = 1;
    private ByteRate rate = new ByteRate(1_250_000_000L);
    private Optional<ByteRate> originRate = Optional.empty();
    private Optional<ByteRate> upstream = Optional.empty();
    private ByteRate hash = new ByteRate(2_800_000_000L);
    private Duration latency = Duration.ofNanos(100_000);
    private Racks racks = new Racks(0, 1);
    private Slow slow = new Slow(0, 1, false);
    private Arrivals arrivals = new Arrivals(Duration.ZERO, 1);
    private List<Fault> faults = List.of();
    private SwarmPolicy policy = SwarmPolicy.SHOAL;
    private long seed = 1;
    private Optional<Duration> limit = Optional.empty();

    private Builder() {}

    private Builder(SimulationConfig c) {
      agents = c.agents;
      blobBytes = c.blobBytes;
      prewarmBytes = c.prewarmBytes;
      origins = c.origins;
      trackers = c.trackers;
      rate = c.rates.agent;
      originRate = Optional.of(c.rates.origin);
      upstream = c.rates.upstream;
      hash = c.rates.hash;
      latency = c.rates.latency;
      racks = c.racks;
      slow = c.slow;
      arrivals = c.arrivals;
      faults = c.faults;
      policy = c.policy;
      seed = c.seed;
      limit = c.limit;
    }

    /** How many agents pull. */
    public Builder agents(int number) {
      agents = number;
      return this;
    }

    /** Lengths of the blobs. */
    public Builder blobs(List<Long> bytes) {
      blobBytes = bytes;
      return this;
    }

    /** Lengths of the blobs. */
    public Builder blobs(long... bytes) {
      List<Long> list = new ArrayList<>();
      for (long each : bytes) {
        list.add(each);
      }
      return blobs(list);
    }

    /** Lengths of the blobs that are being pre-warmed meanwhile. */
    public Builder prewarm(List<Long> bytes) {
      prewarmBytes = bytes;
      return this;
    }

    /** How many origins hold the blobs. */
    public Builder origins(int number) {
      origins = number;
      return this;
    }

    /** How many trackers there are. */
    public Builder trackers(int number) {
      trackers = number;
      return this;
    }

    /** Up and down of an agent, and of an origin unless that is set. */
    public Builder rate(ByteRate value) {
      rate = value;
      return this;
    }

    /** Up and down of an origin. */
    public Builder originRate(ByteRate value) {
      originRate = Optional.of(value);
      return this;
    }

    /** Origins begin with nothing and fetch at this rate while agents pull. */
    public Builder upstreamRate(ByteRate value) {
      upstream = Optional.of(value);
      return this;
    }

    /** At which a node checks pieces. */
    public Builder hashRate(ByteRate value) {
      hash = value;
      return this;
    }

    /** One way between any two nodes. */
    public Builder latency(Duration value) {
      latency = value;
      return this;
    }

    /** Racks whose uplink carries this fraction of what their hosts can send together. */
    public Builder racks(int count, double oversubscription) {
      racks = new Racks(count, oversubscription);
      return this;
    }

    /** This share of the agents has a link of this share of the nominal rate. */
    public Builder slow(double share, double ofRate, boolean both) {
      slow = new Slow(share, ofRate, both);
      return this;
    }

    /**
     * Slow agents, as {@code 2%@2%:up} or {@code 10%@2%:both}.
     *
     * @throws IllegalArgumentException with a text that shows how to write them
     */
    public Builder slow(String text) {
      Matcher m = SLOW.matcher(text.strip());
      if (!m.matches()) {
        throw new IllegalArgumentException(
            "not a share of slow agents: '" + text + "' (write e.g. 2%@2%:up or 10%@2%:both)");
      }
      double share = Fault.number(m.group(1)) / 100;
      return slow(share, Fault.number(m.group(2)) / 100, m.group(3).equals("both"));
    }

    /**
     * Arrivals, as {@code 20s} or in waves as {@code 10@20s}.
     *
     * @param boundSeconds what {@code 1T} is
     * @throws IllegalArgumentException with a text that shows how to write them
     */
    public Builder arrivals(String text, double boundSeconds) {
      int at = text.indexOf('@');
      if (at < 0) {
        return arrivals(VirtualTime.parse(text, boundSeconds), 0);
      }
      double waves = Fault.number(text.substring(0, at));
      if (waves < 1 || waves != (int) waves) {
        throw new IllegalArgumentException(
            "not a number of waves: '" + text + "' (write e.g. 20s, or 10@20s for ten waves)");
      }
      return arrivals(VirtualTime.parse(text.substring(at + 1), boundSeconds), (int) waves);
    }

    /**
     * Faults, as {@link Fault#parse} reads them.
     *
     * @param boundSeconds what {@code 1T} is
     */
    public Builder faults(String text, double boundSeconds) {
      return faults(Fault.parse(text, boundSeconds));
    }

    /** When agents begin. */
    public Builder arrivals(Duration over, int waves) {
      arrivals = new Arrivals(over, waves);
      return this;
    }

    /** What goes wrong. */
    public Builder faults(List<Fault> list) {
      faults = list;
      return this;
    }

    /** What goes wrong. */
    public Builder faults(Fault... list) {
      return faults(List.of(list));
    }

    /** How the swarm decides. */
    public Builder policy(SwarmPolicy value) {
      policy = value;
      return this;
    }

    /** Of every random choice. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Virtual time after which the run is over, finished or not. */
    public Builder limit(Duration value) {
      limit = Optional.of(value);
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public SimulationConfig build() {
      Rates rates = new Rates(rate, originRate.orElse(rate), upstream, hash, latency);
      return new SimulationConfig(
          agents,
          blobBytes,
          prewarmBytes,
          origins,
          trackers,
          rates,
          racks,
          slow,
          arrivals,
          faults,
          policy,
          seed,
          limit);
    }
  }
}
