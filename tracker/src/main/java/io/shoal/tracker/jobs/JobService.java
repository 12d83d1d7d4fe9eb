package io.shoal.tracker.jobs;

import io.shoal.client.prewarm.JobList;
import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobView;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.tracker.TrackerMessage;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around {@link Jobs}: the clock, a lock, and the disk. An order is on the disk before it
 * is answered; how nodes stand follows twice a second. Thread-safe; calls about orders block.
 */
public final class JobService implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JobService.class);
  private static final long SAVE_MILLIS = 500;

  private final Jobs jobs;
  private final JobStore store;
  private final InstantSource clock;

  /** Held while writing, so that what is older is on the disk first. Taken before the other one. */
  private final ReentrantLock saving = new ReentrantLock();

  private final ScheduledExecutorService saver =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("tracker-jobs").daemon().factory());
  private boolean failing;

  /**
   * Goes on with the jobs in this store, which it closes at the end.
   *
   * @throws IOException if they cannot be read
   */
  public JobService(JobStore store, InstantSource clock) throws IOException {
    this.store = store;
    this.clock = clock;
    this.jobs = new Jobs(store.load(), clock.millis());
    saver.scheduleWithFixedDelay(
        this::saveInBackground, SAVE_MILLIS, SAVE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Takes an order; see {@link Jobs#create}. */
  public JobView create(JobRequest request, Optional<String> key, List<FleetNode> fleet)
      throws JobException {
    String id = UUID.randomUUID().toString().substring(0, 8);
    JobView job;
    synchronized (this) {
      job = jobs.create(id, request, key, fleet, clock.millis());
    }
    try {
      saveOrder();
    } catch (JobException e) {
      synchronized (this) {
        jobs.forget(id);
      }
      throw e;
    }
    return job;
  }

  /** What an operator has been answered must not be forgotten by a restart. */
  private void saveOrder() throws JobException {
    try {
      save();
    } catch (IOException e) {
      LOG.warn("an order cannot be stored: {}", e.getMessage());
      throw new JobException(
          JobException.Kind.UNAVAILABLE, "the tracker's disk does not take the order");
    }
  }

  /** All jobs. */
  public synchronized JobList list() {
    return jobs.list(clock.millis());
  }

  /** One job. */
  public synchronized JobView get(String id) throws JobException {
    return jobs.get(id, clock.millis());
  }

  /** Gives a job up. */
  public JobView cancel(String id) throws JobException {
    JobView job;
    synchronized (this) {
      job = jobs.cancel(id, clock.millis());
    }
    saveOrder();
    return job;
  }

  /** Begins anew on the nodes that are not done. */
  public JobView retry(String id) throws JobException {
    JobView job;
    synchronized (this) {
      job = jobs.retry(id, clock.millis());
    }
    saveOrder();
    return job;
  }

  /** An agent has come, or has come back. */
  public synchronized void connected(String node) {
    jobs.connected(node);
  }

  /** An agent has gone. */
  public synchronized void disconnected(String node) {
    jobs.disconnected(node);
  }

  /** An agent tells how jobs stand on its node. */
  public synchronized void report(String node, List<NodeReport> reports) {
    jobs.report(node, reports, clock.millis());
  }

  /** What is to be told to which node now. */
  public synchronized Map<String, List<TrackerMessage>> tick() {
    return jobs.tick(clock.millis());
  }

  private void saveInBackground() {
    try {
      save();
      failing = false;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        LOG.error("how jobs stand cannot be stored; it is tried again", e);
      }
      failing = true;
    }
  }

  private void save() throws IOException {
    saving.lock();
    try {
      Jobs.Changes changes;
      synchronized (this) {
        changes = jobs.takeChanges(clock.millis());
      }
      if (changes.isEmpty()) {
        return;
      }
      try {
        store.save(changes.jobs(), changes.forgotten());
      } catch (IOException e) {
        synchronized (this) {
          jobs.unsaved(changes);
        }
        throw e;
      }
    } finally {
      saving.unlock();
    }
  }

  /** Stores what is left. */
  @Override
  public void close() {
    saver.shutdown();
    saveInBackground();
    saving.lock();
    try {
      store.close();
    } finally {
      saving.unlock();
    }
  }
}
