package io.shoal.e2e.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for something to become true, and says what it waited for when it did not. */
public final class Await {

  private static final Duration INTERVAL = Duration.ofMillis(20);

  private Await() {}

  /**
   * Asks until the answer is there. An exception counts as "not yet" and is shown when time is up.
   *
   * @param what completes the sentence "waited 10 s for ..."
   */
  public static <T> T value(String what, Duration limit, Callable<Optional<T>> question) {
    long deadline = System.nanoTime() + limit.toNanos();
    Exception last = null;
    do {
      try {
        Optional<T> answer = question.call();
        last = null;
        if (answer.isPresent()) {
          return answer.get();
        }
      } catch (GaveUp e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    } while (System.nanoTime() < deadline);
    throw new AssertionError("waited " + limit.toMillis() + " ms for " + what, last);
  }

  /** Asks until the answer is yes. */
  public static void until(String what, Duration limit, Callable<Boolean> condition) {
    value(what, limit, () -> condition.call() ? Optional.of(true) : Optional.empty());
  }

  /** Thrown by a question whose answer cannot come any more: waiting ends at once. */
  public static final class GaveUp extends RuntimeException {
    public GaveUp(String message) {
      super(message);
    }
  }
}
