package io.shoal.origin.manifest;

import io.shoal.client.origin.OriginReason;
import io.shoal.origin.upstream.OriginFailure;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;

/** Does a piece of work once for all who ask for it while it is being done. Thread-safe. */
final class SingleFlight<K, V> {

  /** The work. */
  @FunctionalInterface
  interface Work<V> {
    V get() throws OriginFailure;
  }

  private final LongAdder joined = new LongAdder();
  private final Map<K, CompletableFuture<V>> running = new ConcurrentHashMap<>();

  /** The work's result; done on a thread of its own, for no caller's leaving may end it. */
  V get(K key, Work<V> work) throws OriginFailure, InterruptedException {
    CompletableFuture<V> mine = new CompletableFuture<>();
    CompletableFuture<V> others = running.putIfAbsent(key, mine);
    if (others == null) {
      Thread.startVirtualThread(() -> work(key, work, mine));
    } else {
      joined.increment();
    }
    try {
      return (others == null ? mine : others).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof OriginFailure known
          ? known.again()
          : OriginFailure.of(OriginReason.INTERNAL, "failed: " + e.getCause(), e);
    }
  }

  /** How many found the work under way. */
  long joined() {
    return joined.sum();
  }

  private void work(K key, Work<V> work, CompletableFuture<V> result) {
    try {
      V value = work.get();
      running.remove(key);
      result.complete(value);
    } catch (OriginFailure | RuntimeException e) {
      running.remove(key);
      result.completeExceptionally(e);
    }
  }
}
