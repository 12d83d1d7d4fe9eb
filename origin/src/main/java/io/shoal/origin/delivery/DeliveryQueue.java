package io.shoal.origin.delivery;

import io.shoal.core.content.Digest;
import io.shoal.origin.delivery.Delivery.Kind;
import io.shoal.origin.upstream.RepositoryRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which delivery is next. Of a repository there is one under way at a time, so that a tag never
 * goes back; what one needs goes before it; a registry that is out of reach is left alone as a
 * whole, something that it refuses by itself, so that it holds up nothing else. No I/O, no clock;
 * not thread-safe.
 */
final class DeliveryQueue {

  /** A delivery and its number: what came later has a higher one. */
  record Numbered(long number, Delivery delivery) {}

  private record Content(RepositoryRef repository, Kind kind, Digest digest) {}

  private record Tag(RepositoryRef repository, String name) {}

  private final NavigableMap<Long, Delivery> waiting = new TreeMap<>();
  private final Map<Content, Integer> contents = new HashMap<>();
  private final Map<Digest, Integer> digests = new HashMap<>();
  private final Map<Tag, Long> newest = new HashMap<>();
  private final Set<RepositoryRef> busy = new HashSet<>();
  private final Pauses<Long> ofDeliveries;
  private final Pauses<String> ofRegistries;

  DeliveryQueue(Pauses<Long> ofDeliveries, Pauses<String> ofRegistries) {
    this.ofDeliveries = ofDeliveries;
    this.ofRegistries = ofRegistries;
  }

  void add(long number, Delivery delivery) {
    waiting.put(number, delivery);
    contents.merge(content(delivery), 1, Integer::sum);
    digests.merge(delivery.digest(), 1, Integer::sum);
    delivery.tag().ifPresent(tag -> newest.put(new Tag(delivery.target(), tag), number));
  }

  private static Content content(Delivery delivery) {
    return new Content(delivery.target(), delivery.kind(), delivery.digest());
  }

  int size() {
    return waiting.size();
  }

  boolean has(RepositoryRef repository, Kind kind, Digest digest) {
    return contents.containsKey(new Content(repository.forAnybody(), kind, digest));
  }

  /** Whether anything that waits has these bytes. */
  boolean has(Digest digest) {
    return digests.containsKey(digest);
  }

  Optional<Digest> tag(RepositoryRef repository, String tag) {
    return Optional.ofNullable(newest.get(new Tag(repository.forAnybody(), tag)))
        .map(waiting::get)
        .map(Delivery::digest);
  }

  boolean isBusy(RepositoryRef repository) {
    return busy.contains(repository.forAnybody());
  }

  /** What waits for this repository. */
  List<Numbered> of(RepositoryRef repository) {
    List<Numbered> found = new ArrayList<>();
    waiting.forEach((number, delivery) -> {
      if (delivery.target().equals(repository.forAnybody())) {
        found.add(new Numbered(number, delivery));
      }
    });
    return found;
  }

  /** What has waited longest. */
  List<Numbered> oldest(int most) {
    return waiting.entrySet().stream()
        .limit(most)
        .map(entry -> new Numbered(entry.getKey(), entry.getValue()))
        .toList();
  }

  /**
   * What is to be delivered now; its repository is busy until it has succeeded or failed. A tag
   * that something later takes is not sent.
   */
  Optional<Numbered> next(long nowNanos) {
    for (Map.Entry<Long, Delivery> entry : waiting.entrySet()) {
      Delivery delivery = entry.getValue();
      if (isFree(delivery)
          && leftNanos(new Numbered(entry.getKey(), delivery), nowNanos) == 0
          && busy.add(delivery.target())) {
        return Optional.of(
            new Numbered(
                entry.getKey(),
                isNewest(entry.getKey(), delivery) ? delivery : delivery.untagged()));
      }
    }
    return Optional.empty();
  }

  private boolean isNewest(long number, Delivery delivery) {
    return delivery.tag().isEmpty()
        || newest.getOrDefault(new Tag(delivery.target(), delivery.tag().get()), number) == number;
  }

  private boolean isFree(Delivery delivery) {
    return !busy.contains(delivery.target())
        && delivery.needs().stream()
            .noneMatch(needed ->
                has(delivery.target(), Kind.BLOB, needed)
                    || has(delivery.target(), Kind.MANIFEST, needed));
  }

  private long leftNanos(Numbered numbered, long nowNanos) {
    return Math.max(
        ofDeliveries.leftNanos(numbered.number(), nowNanos),
        ofRegistries.leftNanos(numbered.delivery().upstream(), nowNanos));
  }

  /** How long nothing will be next unless something else happens. */
  long waitNanos(long nowNanos) {
    long least = Long.MAX_VALUE;
    for (Map.Entry<Long, Delivery> entry : waiting.entrySet()) {
      if (isFree(entry.getValue())) {
        least =
            Math.min(least, leftNanos(new Numbered(entry.getKey(), entry.getValue()), nowNanos));
      }
    }
    return least;
  }

  /** It is there; says how often it had failed before. */
  int succeeded(Numbered done) {
    int failures = problem(done).map(Pauses.Pause::failures).orElse(0);
    ofRegistries.over(done.delivery().upstream());
    busy.remove(done.delivery().target());
    remove(done.number());
    return failures;
  }

  /**
   * It could not be delivered.
   *
   * @param outage whether the registry could not be asked at all
   * @param asked how long the registry wants to be left alone
   * @return whether the reason is another than the last time
   */
  boolean failed(
      Numbered failed, boolean outage, String reason, Optional<Duration> asked, long nowNanos) {
    boolean isNews = problem(failed).filter(last -> last.reason().equals(reason)).isEmpty();
    busy.remove(failed.delivery().target());
    if (outage) {
      ofRegistries.failed(failed.delivery().upstream(), reason, asked, nowNanos);
    } else {
      ofRegistries.over(failed.delivery().upstream());
      ofDeliveries.failed(failed.number(), reason, asked, nowNanos);
    }
    return isNews;
  }

  /** Why it has not been delivered yet. */
  Optional<Pauses.Pause> problem(Numbered numbered) {
    return ofRegistries
        .of(numbered.delivery().upstream())
        .or(() -> ofDeliveries.of(numbered.number()));
  }

  /** It is not delivered any more. */
  void remove(long number) {
    Delivery gone = waiting.remove(number);
    if (gone == null) {
      return;
    }
    ofDeliveries.over(number);
    less(contents, content(gone));
    less(digests, gone.digest());
    gone.tag().ifPresent(tag -> newest.remove(new Tag(gone.target(), tag), number));
  }

  /** It goes on without its tag. */
  void untag(long number) {
    Delivery delivery = waiting.get(number);
    if (delivery != null) {
      waiting.put(number, delivery.untagged());
      delivery.tag().ifPresent(tag -> newest.remove(new Tag(delivery.target(), tag), number));
    }
  }

  private static <K> void less(Map<K, Integer> counts, K key) {
    int left = counts.getOrDefault(key, 1) - 1;
    if (left > 0) {
      counts.put(key, left);
    } else {
      counts.remove(key);
    }
  }
}
