package io.shoal.node.swarm;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;

/** Readers that wait for bytes at an offset. Guarded by its torrent, but for what it returns. */
final class Waiters {

  private record Waiter(long offset, CompletableFuture<Long> result) {}

  private final List<Waiter> waiting = new ArrayList<>();

  CompletableFuture<Long> add(long offset) {
    CompletableFuture<Long> result = new CompletableFuture<>();
    waiting.add(new Waiter(offset, result));
    return result;
  }

  /**
   * Takes out those whose bytes are there; to be run without the torrent's lock, because readers go
   * on from there.
   *
   * @param runEnd exclusive end of the servable run at an offset
   */
  List<Runnable> ready(LongUnaryOperator runEnd) {
    List<Runnable> ready = new ArrayList<>();
    for (Iterator<Waiter> all = waiting.iterator(); all.hasNext(); ) {
      Waiter waiter = all.next();
      long end = runEnd.applyAsLong(waiter.offset());
      if (end > waiter.offset()) {
        all.remove();
        ready.add(() -> waiter.result().complete(end));
      }
    }
    return ready;
  }

  /** Takes all out, to be failed without the torrent's lock. */
  List<Runnable> failing(Exception reason) {
    List<Runnable> failing = new ArrayList<>();
    waiting.forEach(waiter -> failing.add(() -> waiter.result().completeExceptionally(reason)));
    waiting.clear();
    return failing;
  }
}
