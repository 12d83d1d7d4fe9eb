package io.shoal.oci.upstream;

import io.shoal.oci.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * Leaves a registry alone as long as it has asked for. Kinds of requests are kept apart, because
 * registries are: Docker Hub counts manifests that are read, but neither HEADs nor blobs.
 * Thread-safe.
 */
final class RateGate {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST_GUESS = Duration.ofMinutes(1);

  /** Whoever asks for more has his clock wrong, or ours to himself. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final int MAX_KINDS = 1024;

  private record Closed(long untilNanos, Duration pause) {}

  private final LongSupplier nanoClock;
  private final Map<String, Closed> closed =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Closed> eldest) {
          return size() > MAX_KINDS;
        }
      };

  RateGate(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Fails while requests of this kind are not wanted. */
  synchronized void check(String kind, String what, String host) throws UpstreamException {
    Closed gate = closed.get(kind);
    long left = gate == null ? 0 : gate.untilNanos - nanoClock.getAsLong();
    if (left > 0) {
      throw new UpstreamException(
          Kind.RATE_LIMITED,
          "%s: %s wants to be left alone for %d s more"
              .formatted(what, host, Duration.ofNanos(left).toSeconds() + 1),
          OptionalInt.empty(),
          Optional.of(Duration.ofNanos(left)));
    }
  }

  /** Such a request was answered. */
  synchronized void passed(String kind) {
    closed.remove(kind);
  }

  /** Such a request was answered with 429. */
  synchronized void refused(String kind, Optional<Duration> retryAfter) {
    Closed before = closed.get(kind);
    Duration guess = before == null ? FIRST : before.pause.multipliedBy(2);
    Duration wait = retryAfter.orElse(guess.compareTo(LONGEST_GUESS) > 0 ? LONGEST_GUESS : guess);
    Duration capped = wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    closed.put(kind, new Closed(nanoClock.getAsLong() + capped.toNanos(), capped));
  }
}
