package io.shoal.origin.fetch;

import io.shoal.core.units.ByteRate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How much may be read from upstream, shared by all fetches. Whoever wants to read takes bytes
 * first and waits for them here. Thread-safe.
 */
public final class UpstreamBudget {

  private final @Nullable TokenQueue queue;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TokenQueue.Ticket, Condition> sleepers = new HashMap<>();

  /** The one thread that waits for the clock; the others wait for it. */
  private TokenQueue.@Nullable Ticket watching;

  private UpstreamBudget(@Nullable TokenQueue queue) {
    this.queue = queue;
  }

  /** At most this rate, or as fast as it comes. */
  public static UpstreamBudget of(Optional<ByteRate> rate) {
    return new UpstreamBudget(rate.map(r -> new TokenQueue(r, System.nanoTime())).orElse(null));
  }

  /** The part of the budget that one blob gets. */
  Share share() {
    return new Share();
  }

  /** The part of the budget that one blob gets. */
  final class Share {

    private final TokenQueue.Share share = new TokenQueue.Share();

    private Share() {}

    /**
     * Waits until something may be read at this offset of the blob.
     *
     * @return how much, 1 to {@code mostBytes}
     */
    int take(long offset, int mostBytes) throws InterruptedException {
      TokenQueue q = queue;
      if (q == null) {
        return mostBytes;
      }
      lock.lockInterruptibly();
      try {
        TokenQueue.Ticket ticket = q.ask(share, offset, mostBytes);
        try {
          await(q, ticket);
        } finally {
          if (!ticket.granted()) {
            q.withdraw(ticket);
          }
          handOver(ticket);
        }
        return ticket.bytes();
      } finally {
        lock.unlock();
      }
    }
  }

  private void await(TokenQueue q, TokenQueue.Ticket mine) throws InterruptedException {
    Condition condition = lock.newCondition();
    sleepers.put(mine, condition);
    while (true) {
      for (var granted = q.grant(System.nanoTime()); granted.isPresent(); ) {
        Condition sleeper = sleepers.get(granted.get());
        if (sleeper != null) {
          sleeper.signal();
        }
        granted = q.grant(System.nanoTime());
      }
      if (mine.granted()) {
        return;
      }
      if (watching == null || watching == mine) {
        watching = mine;
        condition.awaitNanos(Math.max(1, q.dueNanos() - System.nanoTime()));
      } else {
        condition.await();
      }
    }
  }

  /** The clock must not go unwatched while others wait. */
  private void handOver(TokenQueue.Ticket leaving) {
    sleepers.remove(leaving);
    if (watching == leaving) {
      watching = null;
      sleepers.values().stream().findFirst().ifPresent(Condition::signal);
    }
  }
}
