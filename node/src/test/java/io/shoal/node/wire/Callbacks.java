package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Counts the callbacks of sends. */
final class Callbacks {

  private final List<CompletableFuture<Optional<Throwable>>> results = new CopyOnWriteArrayList<>();
  private final AtomicInteger came = new AtomicInteger();

  Consumer<Optional<Throwable>> expect() {
    CompletableFuture<Optional<Throwable>> result = new CompletableFuture<>();
    results.add(result);
    return outcome -> {
      came.incrementAndGet();
      result.complete(outcome);
    };
  }

  int came() {
    return came.get();
  }

  long failures() {
    return results.stream().filter(result -> result.join().isPresent()).count();
  }

  void assertAllCameOnce() throws Exception {
    for (CompletableFuture<Optional<Throwable>> result : results) {
      result.get(30, TimeUnit.SECONDS);
    }
    assertThat(came.get()).isEqualTo(results.size());
  }
}
