package io.shoal.origin.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.client.origin.DeliveryList;
import io.shoal.client.origin.DeliveryView;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.origin.delivery.Delivery.Kind;
import io.shoal.origin.delivery.DeliveryQueue.Numbered;
import io.shoal.origin.upstream.Pins;
import io.shoal.origin.upstream.RepositoryRef;
import io.shoal.origin.upstream.Undelivered;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was pushed here to its registries, some time later: nothing that was accepted is lost
 * before a registry has it, whatever happens to this process. What waits is pinned in the blob
 * store. Thread-safe.
 */
public final class Deliveries implements Undelivered, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private static final int THREADS = 4;
  private static final Duration END_LIMIT = Duration.ofSeconds(2);

  private final Set<String> registries;
  private final DeliveryStore store;
  private final Sender sender;
  private final Pins pins;
  private final int most;
  private final DeliveryMeters meters;
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock. Whoever holds it does not enter the monitor of the pins.
  private final DeliveryQueue queue;
  private long lastNumber = -1;
  private boolean closed;

  private Deliveries(
      Set<String> registries,
      DeliveryStore store,
      Sender sender,
      Pins pins,
      int most,
      Duration longestPause,
      MeterRegistry metrics) {
    this.registries = Set.copyOf(registries);
    this.store = store;
    this.sender = sender;
    this.pins = pins;
    this.most = most;
    this.queue = new DeliveryQueue(pauses(longestPause), pauses(longestPause));
    this.meters = new DeliveryMeters(metrics, this::waiting, this::oldestSeconds);
  }

  private static <K> Pauses<K> pauses(Duration longest) {
    return new Pauses<>(longest, () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * Goes on with what was on its way before.
   *
   * @param registries normal names of the registries that get their pushes later
   * @param dir where the queue is kept
   * @param most no more than this is accepted
   * @param longestPause no pause between two attempts is longer
   * @throws IOException if the queue cannot be read
   */
  public static Deliveries open(
      Set<String> registries,
      Path dir,
      int most,
      Duration longestPause,
      Sender sender,
      Pins pins,
      MeterRegistry metrics)
      throws IOException {
    DeliveryStore store = DeliveryStore.open(dir);
    Deliveries deliveries =
        new Deliveries(registries, store, sender, pins, most, longestPause, metrics);
    boolean open = false;
    try {
      deliveries.start();
      open = true;
    } finally {
      if (!open) {
        store.close();
      }
    }
    return deliveries;
  }

  private void start() throws IOException {
    for (Map.Entry<Long, Delivery> entry : store.load().entrySet()) {
      pins.pin(entry.getValue().digest());
      queue.add(entry.getKey(), entry.getValue());
      lastNumber = entry.getKey();
    }
    pins.join(this::holds);
    if (queue.size() > 0) {
      log.info("{} pushed blobs and manifests are still on their way", queue.size());
    }
    for (int i = 0; i < THREADS; i++) {
      // Platform threads: RocksDB would pin the carrier of a virtual one.
      threads.add(Thread.ofPlatform().daemon().name("delivery-" + i).start(this::work));
    }
  }

  /**
   * Takes these on, all or none; when this returns they outlive the process.
   *
   * @return false if there is no room for them
   */
  public boolean add(List<Delivery> more) throws IOException {
    synchronized (pins) {
      for (Delivery delivery : more) {
        pins.pin(delivery.digest());
      }
      lock.lock();
      try {
        if (queue.size() + more.size() > most || closed) {
          return false;
        }
        SortedMap<Long, Delivery> numbered = new TreeMap<>();
        for (Delivery delivery : more) {
          numbered.put(++lastNumber, delivery);
        }
        store.change(numbered, List.of());
        numbered.forEach(queue::add);
        changed.signalAll();
        return true;
      } finally {
        lock.unlock();
      }
    }
  }

  private void work() {
    try {
      while (true) {
        deliver(take());
      }
    } catch (InterruptedException e) {
      log.debug("Deliveries end");
    }
  }

  private Numbered take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Optional<Numbered> next = queue.next(System.nanoTime());
        if (next.isPresent()) {
          return next.get();
        }
        long wait = queue.waitNanos(System.nanoTime());
        if (changed.awaitNanos(wait) <= 0) {
          log.trace("A pause is over");
        }
      }
      throw new InterruptedException();
    } finally {
      lock.unlock();
    }
  }

  private void deliver(Numbered numbered) {
    Delivery delivery = numbered.delivery();
    try {
      switch (delivery.kind()) {
        case BLOB -> sender.blob(delivery.target(), delivery.digest(), delivery.from());
        case MANIFEST -> sender.manifest(delivery.target(), delivery.digest(), delivery.tag());
      }
      succeeded(numbered);
    } catch (UpstreamException e) {
      failed(numbered, e.isOutage(), e, e.retryAfter());
    } catch (IOException | RuntimeException e) {
      failed(numbered, false, e, Optional.empty());
    }
  }

  private void succeeded(Numbered done) throws IOException {
    store.change(Collections.emptySortedMap(), List.of(done.number()));
    meters.delivered();
    int before =
        locked(() -> {
          changed.signalAll();
          return queue.succeeded(done);
        });
    if (before > 0) {
      log.info("Delivered after {} failures: {}", before, done.delivery());
    } else {
      log.debug("Delivered: {}", done.delivery());
    }
    pins.release(done.delivery().digest());
  }

  private void failed(Numbered failed, boolean outage, Exception e, Optional<Duration> asked) {
    lock.lock();
    try {
      boolean isNews =
          queue.failed(failed, outage, String.valueOf(e.getMessage()), asked, System.nanoTime());
      changed.signalAll();
      if (isNews && !closed) {
        log.warn("Not delivered yet, and tried again: {}: {}", failed.delivery(), e.getMessage());
      }
    } finally {
      lock.unlock();
    }
    meters.failed();
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean hasBlob(RepositoryRef repository, Digest digest) {
    return locked(() -> queue.has(repository, Kind.BLOB, digest));
  }

  @Override
  public boolean hasManifest(RepositoryRef repository, Digest digest) {
    return locked(() -> queue.has(repository, Kind.MANIFEST, digest));
  }

  @Override
  public Optional<Digest> tag(RepositoryRef repository, String tag) {
    return locked(() -> queue.tag(repository, tag));
  }

  @Override
  public boolean accepts(RepositoryRef repository) {
    return registries.contains(repository.upstream());
  }

  private boolean holds(Digest digest) {
    return locked(() -> queue.has(digest));
  }

  private double waiting() {
    return locked(queue::size);
  }

  private double oldestSeconds() {
    return locked(() -> queue.oldest(1)).stream()
        .mapToDouble(first -> age(first.delivery()).toMillis() / 1000.0)
        .findFirst()
        .orElse(0);
  }

  private static Duration age(Delivery delivery) {
    return Duration.ofMillis(Math.max(0, System.currentTimeMillis() - delivery.acceptedAtMillis()));
  }

  /** What is on its way, for people; so much of it one by one. */
  public DeliveryList list(int most) {
    return locked(
        () -> new DeliveryList(queue.size(), queue.oldest(most).stream().map(this::view).toList()));
  }

  private DeliveryView view(Numbered numbered) {
    Delivery delivery = numbered.delivery();
    Optional<Pauses.Pause> problem = queue.problem(numbered);
    return new DeliveryView(
        delivery.upstream(),
        delivery.repository(),
        delivery.kind().name(),
        delivery.digest(),
        delivery.tag(),
        age(delivery),
        problem.map(Pauses.Pause::failures).orElse(0),
        problem.map(Pauses.Pause::reason));
  }

  /** What became of a request to take something back. */
  public enum Withdrawal {
    /** It is not sent any more. */
    DONE,
    /** It is not on its way. */
    UNKNOWN,
    /** Something is being sent to the repository at this moment, or needs it. */
    NOT_NOW
  }

  /** Lets what waits under this tag go on without it. */
  public Withdrawal withdrawTag(RepositoryRef repository, String tag) throws IOException {
    return withdraw(
        repository, d -> d.tag().equals(Optional.of(tag)), d -> Optional.of(d.untagged()));
  }

  /** Does not send this manifest any more. */
  public Withdrawal withdrawManifest(RepositoryRef repository, Digest digest) throws IOException {
    return withdraw(
        repository,
        d -> d.kind() == Kind.MANIFEST && d.digest().equals(digest),
        d -> Optional.empty());
  }

  /** Does not send this blob any more. */
  public Withdrawal withdrawBlob(RepositoryRef repository, Digest digest) throws IOException {
    return withdraw(
        repository, d -> d.kind() == Kind.BLOB && d.digest().equals(digest), d -> Optional.empty());
  }

  private interface Change {
    Optional<Delivery> of(Delivery delivery);
  }

  private Withdrawal withdraw(RepositoryRef repository, Predicate<Delivery> which, Change change)
      throws IOException {
    List<Delivery> gone = new ArrayList<>();
    lock.lock();
    try {
      List<Numbered> all = queue.of(repository);
      List<Numbered> chosen = all.stream().filter(n -> which.test(n.delivery())).toList();
      boolean needed =
          chosen.stream()
              .filter(n -> change.of(n.delivery()).isEmpty())
              .anyMatch(n ->
                  all.stream().anyMatch(o -> o.delivery().needs().contains(n.delivery().digest())));
      if (chosen.isEmpty()) {
        return Withdrawal.UNKNOWN;
      }
      if (needed || queue.isBusy(repository)) {
        return Withdrawal.NOT_NOW;
      }
      SortedMap<Long, Delivery> kept = new TreeMap<>();
      List<Long> removed = new ArrayList<>();
      for (Numbered numbered : chosen) {
        Optional<Delivery> left = change.of(numbered.delivery());
        left.ifPresentOrElse(
            delivery -> kept.put(numbered.number(), delivery),
            () -> removed.add(numbered.number()));
      }
      store.change(kept, removed);
      kept.keySet().forEach(queue::untag);
      removed.forEach(queue::remove);
      chosen.forEach(numbered -> gone.add(numbered.delivery()));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Delivery delivery : gone) {
      pins.release(delivery.digest());
    }
    return Withdrawal.DONE;
  }

  /** Ends attempts under way; what waits goes on after the next start. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        TimeUnit.MILLISECONDS.timedJoin(thread, END_LIMIT.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
