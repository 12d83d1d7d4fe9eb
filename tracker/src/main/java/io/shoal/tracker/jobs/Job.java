package io.shoal.tracker.jobs;

import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobState;
import io.shoal.client.prewarm.JobView;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.prewarm.NodeShare;
import io.shoal.client.prewarm.NodeState;
import io.shoal.client.tracker.TrackerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** One job: which nodes run, which wait, when it is over. Times are milliseconds since 1970. */
final class Job {

  private final Map<String, JobNode> nodes = new TreeMap<>();
  private final Set<String> changedNodes = new TreeSet<>();
  private StoredJob job;
  private boolean changed;

  /** A new one. */
  Job(StoredJob job, List<FleetNode> selected) {
    this.job = job;
    for (FleetNode node : selected) {
      nodes.put(
          node.name(), new JobNode(node.name(), Optional.ofNullable(node.labels().get("zone"))));
    }
    changed = true;
    changedNodes.addAll(nodes.keySet());
  }

  /** One that another process began. */
  Job(JobStore.Saved saved, long now) {
    this.job = saved.job();
    saved.nodes().forEach(n -> nodes.put(n.node(), new JobNode(n, now)));
  }

  StoredJob stored() {
    return job;
  }

  boolean ended() {
    return job.state() != JobState.RUNNING;
  }

  /** The agent of this node has a new connection. */
  void connected(String node) {
    JobNode known = nodes.get(node);
    if (known != null) {
      known.forgetTold();
    }
  }

  void report(String node, NodeReport report, long now) {
    JobNode known = nodes.get(node);
    if (known == null || ended() || report.attempt() != job.attempt()) {
      return;
    }
    if (known.report(report, now)) {
      changedNodes.add(node);
    }
  }

  /**
   * Looks at the clock, starts what may start, ends the job if nothing is left.
   *
   * @param online tells which agents are connected
   * @param orders what to tell which node
   */
  void tick(Predicate<String> online, long now, Map<String, List<TrackerMessage>> orders) {
    if (ended()) {
      return;
    }
    nodes.values().stream().filter(n -> n.stall(now)).forEach(n -> changedNodes.add(n.name()));
    if (now >= job.deadlineMillis()) {
      String after = timeout().toSeconds() + " s";
      endRest(
          NodeState.FAILED,
          n -> "timed out after " + after + ": " + n.trouble(online.test(n.name()), now),
          now,
          orders);
    }
    if (tooManyFailed()) {
      cancelPending("not started, because " + count(NodeState.FAILED) + " nodes had failed", now);
    }
    start(online, now);
    tell(online, orders);
    if (nodes.values().stream().allMatch(n -> n.state().ended())) {
      end(count(NodeState.FAILED) > 0 ? JobState.FAILED : JobState.DONE, now);
    }
  }

  private Duration timeout() {
    return job.request().timeout().orElse(JobRequest.DEFAULT_TIMEOUT);
  }

  private boolean tooManyFailed() {
    int failed = count(NodeState.FAILED);
    return job.request().maxFailures().filter(most -> failed > most).isPresent();
  }

  private void start(Predicate<String> online, long now) {
    int most =
        job.request().parallelism().map(share -> share.of(nodes.size())).orElse(nodes.size());
    // A stalled node gives its place to another: the rest of the fleet must not wait for it.
    int running = count(NodeState.RUNNING);
    for (JobNode node : nodes.values()) {
      if (running >= most) {
        return;
      }
      if (node.state() == NodeState.PENDING && online.test(node.name())) {
        node.start(now);
        changedNodes.add(node.name());
        running++;
      }
    }
  }

  private void tell(Predicate<String> online, Map<String, List<TrackerMessage>> orders) {
    for (JobNode node : nodes.values()) {
      if (node.untold() && online.test(node.name())) {
        JobRequest request = job.request();
        order(
            orders,
            node,
            new TrackerMessage.Prewarm(
                job.id(),
                job.attempt(),
                request.images(),
                request.platform(),
                request.pin(),
                request.runtime(),
                request.maxBytesPerSecond(),
                request.credentials()));
        node.told();
      }
    }
  }

  private static void order(
      Map<String, List<TrackerMessage>> orders, JobNode node, TrackerMessage message) {
    orders.computeIfAbsent(node.name(), n -> new ArrayList<>()).add(message);
  }

  private interface Reason {
    String of(JobNode node);
  }

  private void endRest(
      NodeState how, Reason why, long now, Map<String, List<TrackerMessage>> orders) {
    for (JobNode node : nodes.values()) {
      if (!node.state().ended()) {
        if (node.underWay()) {
          order(orders, node, new TrackerMessage.StopPrewarm(job.id()));
        }
        node.end(how, Optional.of(why.of(node)), now);
        changedNodes.add(node.name());
      }
    }
  }

  private void cancelPending(String why, long now) {
    for (JobNode node : nodes.values()) {
      if (node.state() == NodeState.PENDING) {
        node.end(NodeState.CANCELLED, Optional.of(why), now);
        changedNodes.add(node.name());
      }
    }
  }

  void cancel(long now, Map<String, List<TrackerMessage>> orders) {
    endRest(NodeState.CANCELLED, n -> "cancelled", now, orders);
    end(JobState.CANCELLED, now);
  }

  /** Begins anew on the nodes that are not done. */
  void retry(long now) {
    for (JobNode node : nodes.values()) {
      if (node.state() != NodeState.DONE) {
        node.again();
        changedNodes.add(node.name());
      }
    }
    set(JobState.RUNNING, job.attempt() + 1, now + timeout().toMillis(), Optional.empty());
  }

  private void end(JobState how, long now) {
    set(how, job.attempt(), job.deadlineMillis(), Optional.of(now));
  }

  private void set(JobState state, int attempt, long deadline, Optional<Long> endedAt) {
    job =
        new StoredJob(
            job.id(),
            job.key(),
            job.request(),
            state,
            attempt,
            job.createdAtMillis(),
            deadline,
            endedAt);
    changed = true;
  }

  private int count(NodeState state) {
    return (int) nodes.values().stream().filter(n -> n.state() == state).count();
  }

  JobView view(Predicate<String> online, long now) {
    return new JobView(
        job.id(),
        job.state(),
        job.attempt(),
        job.request(),
        job.createdAtMillis(),
        job.deadlineMillis(),
        job.endedAtMillis(),
        nodes.values().stream().map(n -> n.view(online.test(n.name()), now)).toList());
  }

  /** What is to be stored, which then counts as stored. */
  Optional<JobStore.Saved> takeChanges(long now) {
    if (!changed && changedNodes.isEmpty()) {
      return Optional.empty();
    }
    JobStore.Saved saved =
        new JobStore.Saved(
            job,
            nodes.values().stream()
                .filter(n -> changedNodes.contains(n.name()))
                .map(n -> n.view(true, now))
                .toList());
    changed = false;
    changedNodes.clear();
    return Optional.of(saved);
  }

  /** Storing failed: all of it has to be stored again. */
  void unsaved() {
    changed = true;
    changedNodes.addAll(nodes.keySet());
  }

  /** The nodes that a request means, in the order in which they are started. */
  static List<FleetNode> select(JobRequest request, List<FleetNode> fleet) {
    LabelSelector selector = LabelSelector.parse(request.select().orElse(""));
    Map<String, FleetNode> byName = new TreeMap<>();
    fleet.forEach(n -> byName.put(n.name(), n));
    // A named node that is not connected now is waited for.
    for (String name : request.nodes().orElse(List.of())) {
      byName.putIfAbsent(name, new FleetNode(name, Map.of()));
    }
    Set<String> named = new TreeSet<>(request.nodes().orElse(List.of()));
    List<FleetNode> selected =
        byName.values().stream()
            .filter(n -> request.nodes().isEmpty() || named.contains(n.name()))
            .filter(n -> selector.matches(n.labels()))
            .toList();
    NodeShare all = new NodeShare(100, true);
    return selected.subList(0, request.limit().orElse(all).of(selected.size()));
  }
}
