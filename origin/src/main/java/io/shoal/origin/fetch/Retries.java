package io.shoal.origin.fetch;

import io.shoal.client.origin.OriginReason;
import io.shoal.origin.upstream.OriginFailure;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait after upstream failed, and when to stop trying. Counts failures without much
 * progress between them; used by one thread.
 */
final class Retries {

  /** Waits, or not, in tests. */
  @FunctionalInterface
  interface Pause {
    void pause(Duration duration) throws InterruptedException;
  }

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration LONGEST_ASKED_FOR = Duration.ofSeconds(30);

  /** An upstream that gives less than this between two failures makes no progress. */
  private static final long PROGRESS_BYTES = 256 << 10;

  private final int limit;
  private final Pause pause;
  private int failures;
  private long progressBytes;

  Retries(int limit, Pause pause) {
    this.limit = limit;
    this.pause = pause;
  }

  /** Upstream sent something. */
  void progress(int bytes) {
    progressBytes += bytes;
    if (progressBytes >= PROGRESS_BYTES) {
      failures = 0;
    }
  }

  /**
   * Upstream failed: waits.
   *
   * @throws OriginFailure the failure, if trying again makes no sense or was done often enough
   */
  void failed(OriginFailure failure) throws OriginFailure, InterruptedException {
    failures++;
    progressBytes = 0;
    Duration asked = failure.error().retryAfter().orElse(Duration.ZERO);
    OriginReason reason = failure.error().reason();
    boolean forGood = reason == OriginReason.NOT_FOUND || reason == OriginReason.DENIED;
    if (forGood || failures > limit || asked.compareTo(LONGEST_ASKED_FOR) > 0) {
      throw failure;
    }
    long cap = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures - 1, 10));
    long jittered = cap / 2 + ThreadLocalRandom.current().nextLong(cap / 2 + 1);
    pause.pause(asked.toMillis() > jittered ? asked : Duration.ofMillis(jittered));
  }
}
