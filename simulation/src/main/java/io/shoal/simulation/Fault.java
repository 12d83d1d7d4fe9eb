package io.shoal.simulation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that goes wrong in a run, written {@code NAME=AMOUNT[@FROM[..TO]]}.
 *
 * @param kind what
 * @param amount how much of it
 * @param when the time it falls into; empty where the kind needs none
 */
public record Fault(Kind kind, Amount amount, Optional<Window> when) {

  private static final Pattern FORM =
      Pattern.compile("([a-z-]+)=([0-9.]+)(%?)(?:@([^@]+?)(?:\\.\\.([^@]+))?)?");

  /** What can go wrong. */
  public enum Kind {
    /** Agents die for good, each at a random moment. */
    CRASH(Time.USUAL),
    /** Agents die, and come back after half a second with what is on their disks. */
    RESTART(Time.USUAL),
    /** This share of all agents restarts per minute. */
    CHURN(Time.USUAL),
    /** Agents are cut off from all others. */
    PARTITION(Time.INTERVAL),
    /** Agents send tampered pieces. */
    POISON(Time.NONE),
    /** This share of all announces reaches no tracker. */
    LOST_ANNOUNCES(Time.NONE),
    /** Trackers die; if they come back, they know nothing. */
    TRACKER_LOSS(Time.MOMENT),
    /**
     * Origins die; without a time for good, as soon as the agents hold every piece between them.
     */
    ORIGIN_LOSS(Time.MAY_BE_MOMENT),
    /** Agents arrive at this time instead. */
    LATE(Time.MOMENT);

    /** What an {@code @} says after a kind. */
    private enum Time {
      NONE,
      USUAL,
      MOMENT,
      MAY_BE_MOMENT,
      INTERVAL
    }

    private final Time time;

    Kind(Time time) {
      this.time = time;
    }

    /** As it is written. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A number, or a share of all.
   *
   * @param value the number, or the share from 0 to 1
   * @param share which of the two
   */
  public record Amount(double value, boolean share) {

    /** How many that is. */
    public int of(int all) {
      long number = share ? StrictMath.round(value * all) : StrictMath.round(value);
      return (int) Math.min(all, number);
    }

    @Override
    public String toString() {
      double number = share ? value * 100 : value;
      BigDecimal rounded = BigDecimal.valueOf(StrictMath.round(number * 1e6), 6);
      return rounded.stripTrailingZeros().toPlainString() + (share ? "%" : "");
    }
  }

  /**
   * When.
   *
   * @param from counted from the first agent's arrival
   * @param to the end; empty if it does not end
   */
  public record Window(Duration from, Optional<Duration> to) {

    public Window {
      if (to.isPresent() && to.get().compareTo(from) < 0) {
        throw new IllegalArgumentException("a time that ends before it begins");
      }
    }

    /** A time that ends. */
    public static Window of(Duration from, Duration to) {
      return new Window(from, Optional.of(to));
    }

    Duration end() {
      return to.orElse(from);
    }

    @Override
    public String toString() {
      return "@" + VirtualTime.format(from) + to.map(t -> ".." + VirtualTime.format(t)).orElse("");
    }
  }

  public Fault {
    boolean alwaysShare = kind == Kind.CHURN || kind == Kind.LOST_ANNOUNCES;
    if (alwaysShare && !amount.share()) {
      throw new IllegalArgumentException(kind.text() + " is a share, e.g. " + kind.text() + "=10%");
    }
    if (amount.value() < 0 || (amount.share() && amount.value() > 1)) {
      throw new IllegalArgumentException("from 0% to 100%: " + kind.text() + "=" + amount);
    }
    boolean ends = when.isPresent() && when.get().to().isPresent();
    switch (kind.time) {
      case NONE -> check(when.isEmpty(), kind.text() + " takes no time");
      case USUAL, INTERVAL -> check(ends, kind.text() + " needs a time, e.g. @2s..10s");
      case MOMENT -> check(when.isPresent(), kind.text() + " needs a moment, e.g. @2s");
      case MAY_BE_MOMENT -> {}
    }
  }

  private static void check(boolean good, String reason) {
    if (!good) {
      throw new IllegalArgumentException(reason);
    }
  }

  /** A number of something at no special time. */
  public static Fault of(Kind kind, double number) {
    return new Fault(kind, new Amount(number, false), Optional.empty());
  }

  /** A number of something in this time. */
  public static Fault of(Kind kind, double number, Duration from, Duration to) {
    return new Fault(kind, new Amount(number, false), Optional.of(Window.of(from, to)));
  }

  /** A share of all at no special time. */
  public static Fault share(Kind kind, double share) {
    return new Fault(kind, new Amount(share, true), Optional.empty());
  }

  /** A share of all in this time. */
  public static Fault share(Kind kind, double share, Duration from, Duration to) {
    return new Fault(kind, new Amount(share, true), Optional.of(Window.of(from, to)));
  }

  /**
   * Parses faults that are separated by commas. Kinds that fall into some time fall into the first
   * two bounds if none is given.
   *
   * @param boundSeconds what {@code 1T} is
   * @throws IllegalArgumentException with a text that says what is wrong
   */
  public static List<Fault> parse(String text, double boundSeconds) {
    List<Fault> faults = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      faults.add(one(part.strip(), boundSeconds));
    }
    return faults;
  }

  private static Fault one(String text, double boundSeconds) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "not a fault: '" + text + "' (write e.g. restart=5%, or crash=3@2s..10s)");
    }
    Kind kind = kind(m.group(1));
    double value = number(m.group(2));
    boolean share = !m.group(3).isEmpty();
    Optional<Window> when =
        Optional.ofNullable(m.group(4))
            .map(from ->
                new Window(
                    VirtualTime.parse(from, boundSeconds),
                    Optional.ofNullable(m.group(5))
                        .map(to -> VirtualTime.parse(to, boundSeconds))));
    if (when.isEmpty() && kind.time == Kind.Time.USUAL) {
      when = Optional.of(Window.of(Duration.ZERO, VirtualTime.parse("2T", boundSeconds)));
    }
    return new Fault(kind, new Amount(share ? value / 100 : value, share), when);
  }

  private static Kind kind(String name) {
    List<String> names = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (kind.text().equals(name)) {
        return kind;
      }
      names.add(kind.text());
    }
    throw new IllegalArgumentException(
        "no fault '" + name + "': there are " + String.join(", ", names));
  }

  static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number: '" + text + "'", e);
    }
  }

  @Override
  public String toString() {
    return kind.text() + "=" + amount + when.map(Window::toString).orElse("");
  }
}
