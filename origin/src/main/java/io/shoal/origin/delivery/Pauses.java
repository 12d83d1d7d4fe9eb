package io.shoal.origin.delivery;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * How long to leave alone what has failed: a second at first, twice as long after each failure, at
 * most so much, and no less than was asked for; with jitter, so that not everything comes at once.
 * Holds no more entries than there are things that fail. Not thread-safe.
 *
 * @param <K> what fails
 */
final class Pauses<K> {

  private static final Duration FIRST = Duration.ofSeconds(1);

  /** Whoever asks for more has his clock wrong. */
  private static final Duration LONGEST_ASKED_FOR = Duration.ofHours(1);

  private static final int MAX_DOUBLINGS = 30;

  /** A pause, and why. */
  record Pause(int failures, long untilNanos, String reason) {}

  private final Duration longest;
  private final DoubleSupplier random;
  private final Map<K, Pause> pauses = new HashMap<>();

  /**
   * @param longest no pause is longer, unless it was asked for
   * @param random between 0 and 1
   */
  Pauses(Duration longest, DoubleSupplier random) {
    this.longest = longest;
    this.random = random;
  }

  /** It failed; says how long it is left alone. */
  Pause failed(K what, String reason, Optional<Duration> asked, long nowNanos) {
    int failures = Math.min(MAX_DOUBLINGS, 1 + of(what).map(Pause::failures).orElse(0));
    long doubled = FIRST.toNanos() << (failures - 1);
    long most = Math.max(1, Math.min(doubled, longest.toNanos()));
    long jittered = (long) (most * (0.5 + random.getAsDouble() / 2));
    long wanted = asked.map(Duration::toNanos).orElse(0L);
    long nanos = Math.max(jittered, Math.min(wanted, LONGEST_ASKED_FOR.toNanos()));
    Pause pause = new Pause(failures, nowNanos + nanos, reason);
    pauses.put(what, pause);
    return pause;
  }

  /** It works again, or is gone; says whether it had failed. */
  boolean over(K what) {
    return pauses.remove(what) != null;
  }

  /** The last failure. */
  Optional<Pause> of(K what) {
    return Optional.ofNullable(pauses.get(what));
  }

  /** How long it is still left alone; nothing if it may be tried. */
  long leftNanos(K what, long nowNanos) {
    Pause pause = pauses.get(what);
    return pause == null ? 0 : Math.max(0, pause.untilNanos() - nowNanos);
  }
}
