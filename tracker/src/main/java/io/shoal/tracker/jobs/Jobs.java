package io.shoal.tracker.jobs;

import io.shoal.client.prewarm.JobList;
import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobState;
import io.shoal.client.prewarm.JobView;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.tracker.TrackerMessage;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All jobs: what operators ask and agents tell goes in with the time, what to tell which node comes
 * out. No I/O, no clock. Not thread-safe: the caller holds a lock.
 */
public final class Jobs {

  /** The most jobs that run at once. */
  public static final int MAX_RUNNING = 50;

  /** The most ended jobs that are remembered. */
  public static final int MAX_ENDED = 200;

  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Set<String> online = new HashSet<>();
  private final List<String> forgotten = new ArrayList<>();
  private final Map<String, List<TrackerMessage>> orders = new TreeMap<>();

  /**
   * Goes on with what was stored.
   *
   * @param nowMillis since 1970, as everywhere here
   */
  public Jobs(List<JobStore.Saved> stored, long nowMillis) {
    stored.stream()
        .sorted(Comparator.comparingLong(s -> s.job().createdAtMillis()))
        .forEach(s -> jobs.put(s.job().id(), new Job(s, nowMillis)));
  }

  /**
   * Takes an order. One that came before with the same key is not carried out again.
   *
   * @param id for the job if it is a new one
   * @param key the caller's idempotency key
   * @param fleet the agents that are connected
   */
  public JobView create(
      String id, JobRequest request, Optional<String> key, List<FleetNode> fleet, long nowMillis)
      throws JobException {
    Optional<Job> before =
        jobs.values().stream()
            .filter(job -> key.isPresent() && job.stored().key().equals(key))
            .findFirst();
    if (before.isPresent()) {
      if (!before.get().stored().request().equals(request)) {
        throw new JobException(
            JobException.Kind.CONFLICT, "this idempotency key belongs to another order");
      }
      return view(before.get(), nowMillis);
    }
    requireRoom();
    List<FleetNode> selected = selected(request, fleet);
    long deadline = nowMillis + request.timeout().orElse(JobRequest.DEFAULT_TIMEOUT).toMillis();
    Job job =
        new Job(
            new StoredJob(
                id, key, request, JobState.RUNNING, 1, nowMillis, deadline, Optional.empty()),
            selected);
    jobs.put(id, job);
    forgetOldest();
    return view(job, nowMillis);
  }

  /** The nodes on which a job would run, in the order in which they would be started. */
  static List<FleetNode> selected(JobRequest request, List<FleetNode> fleet) throws JobException {
    List<FleetNode> selected;
    try {
      request.images().forEach(ImageReference::parse);
      request.platform().ifPresent(Platform::parse);
      selected = Job.select(request, fleet);
    } catch (IllegalArgumentException e) {
      throw new JobException(JobException.Kind.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
    if (selected.isEmpty()) {
      throw new JobException(
          JobException.Kind.BAD_REQUEST,
          "no node is selected: " + fleet.size() + " agents are connected, and none fits");
    }
    return selected;
  }

  private void requireRoom() throws JobException {
    long running = jobs.values().stream().filter(job -> !job.ended()).count();
    if (running >= MAX_RUNNING) {
      throw new JobException(
          JobException.Kind.UNAVAILABLE, MAX_RUNNING + " jobs are running: cancel one, or wait");
    }
  }

  private void forgetOldest() {
    List<String> ended =
        jobs.values().stream().filter(Job::ended).map(job -> job.stored().id()).toList();
    ended.subList(0, Math.max(0, ended.size() - MAX_ENDED)).forEach(this::forget);
  }

  /** Drops a job. */
  void forget(String id) {
    if (jobs.remove(id) != null) {
      forgotten.add(id);
    }
  }

  /** All jobs, the newest first. */
  public JobList list(long nowMillis) {
    List<JobList.Entry> entries = new ArrayList<>();
    jobs.values().forEach(job -> entries.addFirst(JobList.Entry.of(view(job, nowMillis))));
    return new JobList(entries);
  }

  /** One job. */
  public JobView get(String id, long nowMillis) throws JobException {
    return view(find(id), nowMillis);
  }

  /** Gives a job up; does nothing to one that has ended. */
  public JobView cancel(String id, long nowMillis) throws JobException {
    Job job = find(id);
    if (!job.ended()) {
      job.cancel(nowMillis, orders);
    }
    return view(job, nowMillis);
  }

  /** Begins anew on the nodes that are not done. */
  public JobView retry(String id, long nowMillis) throws JobException {
    Job job = find(id);
    if (!job.ended()) {
      throw new JobException(JobException.Kind.CONFLICT, "job " + id + " is still running");
    }
    requireRoom();
    job.retry(nowMillis);
    return view(job, nowMillis);
  }

  private Job find(String id) throws JobException {
    Job job = jobs.get(id);
    if (job == null) {
      throw new JobException(JobException.Kind.NOT_FOUND, "there is no job " + id);
    }
    return job;
  }

  private JobView view(Job job, long nowMillis) {
    return job.view(online::contains, nowMillis);
  }

  /** An agent has come, or has come back. */
  public void connected(String node) {
    online.add(node);
    jobs.values().forEach(job -> job.connected(node));
  }

  /** An agent has gone. */
  public void disconnected(String node) {
    online.remove(node);
  }

  /** An agent tells how jobs stand on its node. */
  public void report(String node, List<NodeReport> reports, long nowMillis) {
    for (NodeReport report : reports) {
      Job job = jobs.get(report.jobId());
      if (job != null) {
        job.report(node, report, nowMillis);
      }
    }
  }

  /** What is to be told to which node now; to be called several times a second. */
  public Map<String, List<TrackerMessage>> tick(long nowMillis) {
    jobs.values().forEach(job -> job.tick(online::contains, nowMillis, orders));
    Map<String, List<TrackerMessage>> due = new TreeMap<>(orders);
    orders.clear();
    return due;
  }

  /**
   * What changed since the last call.
   *
   * @param jobs with those of their nodes that changed
   * @param forgotten ids of jobs that went
   */
  record Changes(List<JobStore.Saved> jobs, List<String> forgotten) {
    boolean isEmpty() {
      return jobs.isEmpty() && forgotten.isEmpty();
    }
  }

  Changes takeChanges(long nowMillis) {
    List<JobStore.Saved> changed =
        jobs.values().stream().flatMap(job -> job.takeChanges(nowMillis).stream()).toList();
    Changes changes = new Changes(changed, List.copyOf(forgotten));
    forgotten.clear();
    return changes;
  }

  /** These could not be stored. */
  void unsaved(Changes changes) {
    for (JobStore.Saved saved : changes.jobs()) {
      Job job = jobs.get(saved.job().id());
      if (job != null) {
        job.unsaved();
      }
    }
    forgotten.addAll(changes.forgotten());
  }
}
