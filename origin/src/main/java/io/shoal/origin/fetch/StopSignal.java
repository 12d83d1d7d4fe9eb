package io.shoal.origin.fetch;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stops the threads of one fetch wherever they wait for others, and only there: an interrupt in the
 * middle of a write would close the blob's file for everybody. Thread-safe.
 */
final class StopSignal {

  /** Something that waits, for upstream, for the budget or for another thread. */
  @FunctionalInterface
  interface Wait<T, E1 extends Exception, E2 extends Exception> {
    T await() throws E1, E2, InterruptedException;
  }

  private final Set<Thread> waiting = new HashSet<>();
  private @Nullable Throwable reason;

  /** Why it was stopped, null if it was not. */
  synchronized @Nullable Throwable reason() {
    return reason;
  }

  /** Stops everything; the first reason counts. */
  synchronized void stop(Throwable why) {
    if (reason == null) {
      reason = why;
      waiting.forEach(Thread::interrupt);
    }
  }

  /**
   * Waits where it may be stopped.
   *
   * @throws InterruptedException if it was
   */
  <T, E1 extends Exception, E2 extends Exception> T stoppably(Wait<T, E1, E2> wait)
      throws E1, E2, InterruptedException {
    enter();
    try {
      return wait.await();
    } finally {
      leave();
    }
  }

  private synchronized void enter() throws InterruptedException {
    if (reason != null) {
      throw new InterruptedException("stopped");
    }
    waiting.add(Thread.currentThread());
  }

  private synchronized void leave() {
    waiting.remove(Thread.currentThread());
    if (reason != null) {
      Thread.interrupted();
    }
  }
}
