package io.shoal.agent.prewarm;

import io.shoal.agent.runtime.NodeRuntimes;
import io.shoal.agent.source.BlobSource;
import io.shoal.agent.source.ManifestSource;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.tracker.AgentMessage;
import io.shoal.client.tracker.TrackerMessage;
import io.shoal.node.store.BlobStore;
import io.shoal.oci.upstream.UpstreamDirectory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the tracker's pre-warm jobs, carries them out two at a time, and tells in batches how they
 * stand. Thread-safe; {@link #message} never blocks.
 *
 * <p>The tracker repeats an order after every reconnect. A job that is known is not begun again:
 * how it stands is told once more. After a restart of the agent nothing is known, and the job
 * begins again with what is on disk.
 */
public final class Prewarmer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Prewarmer.class);

  private static final int AT_ONCE = 2;
  private static final int MAX_TASKS = 256;
  private static final long REPORT_MILLIS = 500;

  /** Carries a job out; blocks. */
  interface Work {
    void run(PrewarmTask task) throws PrewarmException, InterruptedException;
  }

  /** Tells what a job would fetch; blocks. */
  interface Estimator {
    AgentMessage.Estimated estimate(TrackerMessage.Estimate question);
  }

  /** Where answers go. */
  public interface Answers {
    /** How jobs stand. */
    void prewarmed(List<NodeReport> reports);

    /** What a job would fetch. */
    void estimated(AgentMessage.Estimated answer);
  }

  private final Work work;
  private final Estimator estimator;
  private final Map<String, PrewarmTask> tasks = new LinkedHashMap<>();
  private final Semaphore slots = new Semaphore(AT_ONCE, true);
  private final Semaphore estimating = new Semaphore(AT_ONCE, true);
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService reporter =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("prewarm-report").daemon().factory());
  private volatile @Nullable Answers tracker;

  /** A prewarmer that fetches through these sources, and hands over to these runtimes. */
  public Prewarmer(
      BlobStore store,
      BlobSource blobs,
      ManifestSource manifests,
      UpstreamDirectory upstreams,
      PrewarmConfig config,
      NodeRuntimes runtimes) {
    this(new ImageFetcher(store, blobs, manifests, upstreams, config, runtimes));
  }

  private Prewarmer(ImageFetcher fetcher) {
    this(fetcher::fetch, fetcher::estimate);
  }

  Prewarmer(Work work, Estimator estimator) {
    this.work = work;
    this.estimator = estimator;
    reporter.scheduleWithFixedDelay(
        this::report, REPORT_MILLIS, REPORT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Begins to tell how jobs stand. */
  public void connect(Answers answers) {
    tracker = answers;
  }

  /** Takes what the tracker says, if it is about pre-warming. */
  public void message(TrackerMessage message) {
    switch (message) {
      case TrackerMessage.Prewarm order -> take(order);
      case TrackerMessage.StopPrewarm stop -> stop(stop.jobId());
      case TrackerMessage.Estimate question -> workers.execute(() -> estimate(question));
      case TrackerMessage.Welcome _,
          TrackerMessage.Handout _,
          TrackerMessage.Members _,
          TrackerMessage.Quarantine _ -> {}
    }
  }

  private void take(TrackerMessage.Prewarm order) {
    PrewarmTask task = new PrewarmTask(order);
    synchronized (tasks) {
      PrewarmTask known = tasks.get(order.jobId());
      if (known != null && known.order().attempt() >= order.attempt()) {
        known.tellAgain();
        return;
      }
      if (known != null) {
        known.stop();
      }
      tasks.put(order.jobId(), task);
      makeRoom();
    }
    log.info("Job {} wants {}", order.jobId(), order.images());
    workers.execute(() -> run(task));
  }

  /** Forgets the jobs that ended first. The tracker runs fewer at once than fit in here. */
  private void makeRoom() {
    Iterator<PrewarmTask> all = tasks.values().iterator();
    while (tasks.size() > MAX_TASKS && all.hasNext()) {
      if (all.next().ended()) {
        all.remove();
      }
    }
  }

  private void stop(String jobId) {
    synchronized (tasks) {
      PrewarmTask task = tasks.get(jobId);
      if (task != null) {
        task.stop();
      }
    }
  }

  private void run(PrewarmTask task) {
    try {
      slots.acquire();
      try {
        if (task.stopped()) {
          throw new PrewarmException("stopped");
        }
        work.run(task);
      } finally {
        slots.release();
      }
      task.end(NodeReport.Phase.DONE, "");
      log.info("Job {} is done", task.order().jobId());
    } catch (PrewarmException e) {
      log.info("Job {} failed: {}", task.order().jobId(), e.getMessage());
      task.end(NodeReport.Phase.FAILED, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("Job {} failed unexpectedly", task.order().jobId(), e);
      task.end(NodeReport.Phase.FAILED, "failed unexpectedly: " + e);
    }
  }

  private void estimate(TrackerMessage.Estimate question) {
    try {
      estimating.acquire();
      try {
        Answers to = tracker;
        if (to != null) {
          to.estimated(estimator.estimate(question));
        }
      } finally {
        estimating.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("What {} would need is not known", question.images(), e);
    }
  }

  private void report() {
    Answers to = tracker;
    if (to == null) {
      return;
    }
    List<NodeReport> news = new ArrayList<>();
    synchronized (tasks) {
      for (PrewarmTask task : tasks.values()) {
        if (news.size() < AgentMessage.Prewarmed.MAX_JOBS && task.takeNews()) {
          news.add(task.report());
        }
      }
    }
    if (!news.isEmpty()) {
      to.prewarmed(news);
    }
  }

  /** Ends what runs; the tracker orders it again from the next process. */
  @Override
  public void close() {
    reporter.shutdownNow();
    workers.shutdownNow();
  }
}
