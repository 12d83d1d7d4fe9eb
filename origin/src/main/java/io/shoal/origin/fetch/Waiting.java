package io.shoal.origin.fetch;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Readers that wait for bytes of one fetch. Thread-safe. */
final class Waiting {

  private final Map<Object, CompletableFuture<Long>> readers = new ConcurrentHashMap<>();
  private volatile @Nullable Throwable failure;

  /** What {@code bytes} says, unless the fetch fails first. */
  CompletionStage<Long> orFailure(CompletionStage<Long> bytes) {
    CompletableFuture<Long> reader = new CompletableFuture<>();
    Object key = new Object();
    readers.put(key, reader);
    reader.whenComplete((end, failed) -> readers.remove(key));
    bytes.whenComplete((end, failed) -> {
      if (failed != null) {
        reader.completeExceptionally(failed);
      } else {
        reader.complete(end);
      }
    });
    Throwable ended = failure;
    if (ended != null) {
      reader.completeExceptionally(ended);
    }
    return reader;
  }

  /** The bytes still missing will not come. */
  void fail(Throwable reason) {
    failure = reason;
    readers.values().forEach(reader -> reader.completeExceptionally(reason));
  }
}
