package io.shoal.tracker.jobs;

import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.prewarm.NodeState;
import io.shoal.client.prewarm.NodeView;
import java.time.Duration;
import java.util.Optional;

/** One node of one job. Times are milliseconds since 1970. */
final class JobNode {

  /** A node that should be fetching and gets no byte for this long is stalled. */
  static final Duration STALLED_AFTER = Duration.ofSeconds(10);

  /** A runtime may be busy unpacking, of which nothing is heard. */
  static final Duration HANDING_OVER_TAKES = Duration.ofMinutes(2);

  private final String name;
  private final Optional<String> zone;
  private NodeState state;
  private Optional<String> reason;
  private long bytesDone;
  private long bytesTotal;
  private Optional<Long> startedAt;
  private Optional<Long> endedAt;
  private long lastByteAt;
  private boolean handingOver;
  private boolean told;

  JobNode(String name, Optional<String> zone) {
    this.name = name;
    this.zone = zone;
    this.state = NodeState.PENDING;
    this.reason = Optional.empty();
    this.startedAt = Optional.empty();
    this.endedAt = Optional.empty();
  }

  /** As it was stored. Its agent has {@link #STALLED_AFTER} to come back before it is stalled. */
  JobNode(NodeView stored, long now) {
    this.name = stored.node();
    this.zone = stored.zone();
    this.state = stored.state();
    // Of one that goes on it said what held it up then.
    this.reason = state.ended() ? stored.reason() : Optional.empty();
    this.bytesDone = stored.bytesDone();
    this.bytesTotal = stored.bytesTotal();
    this.startedAt = stored.startedAtMillis();
    this.endedAt = stored.endedAtMillis();
    this.lastByteAt = now;
  }

  String name() {
    return name;
  }

  NodeState state() {
    return state;
  }

  boolean underWay() {
    return state == NodeState.RUNNING || state == NodeState.STALLED;
  }

  /** Whether its agent has to be told of the job. */
  boolean untold() {
    return underWay() && !told;
  }

  void told() {
    told = true;
  }

  /** Its agent is another process or another connection, which may know nothing of the job. */
  void forgetTold() {
    told = false;
  }

  void start(long now) {
    state = NodeState.RUNNING;
    startedAt = Optional.of(now);
    lastByteAt = now;
    handingOver = false;
    told = false;
  }

  void again() {
    state = NodeState.PENDING;
    reason = Optional.empty();
    startedAt = Optional.empty();
    endedAt = Optional.empty();
    bytesDone = 0;
    told = false;
  }

  void end(NodeState how, Optional<String> why, long now) {
    state = how;
    reason = why;
    endedAt = Optional.of(now);
  }

  /** Takes what its agent says; true if that is more than some bytes. */
  boolean report(NodeReport report, long now) {
    if (!underWay()) {
      return false;
    }
    boolean moved = report.bytesDone() != bytesDone || report.bytesTotal() != bytesTotal;
    bytesDone = report.bytesDone();
    bytesTotal = report.bytesTotal();
    if (moved) {
      lastByteAt = now;
    }
    switch (report.phase()) {
      case HANDING_OVER -> {
        if (handingOver) {
          return false;
        }
        handingOver = true;
        lastByteAt = now;
        state = NodeState.RUNNING;
      }
      case DONE -> end(NodeState.DONE, Optional.empty(), now);
      case FAILED -> end(NodeState.FAILED, Optional.of(report.reason()), now);
      case RUNNING -> {
        if (!moved || state == NodeState.RUNNING) {
          return false;
        }
        state = NodeState.RUNNING;
      }
    }
    return true;
  }

  /** Looks at the clock; true if the node has just stalled. */
  boolean stall(long now) {
    Duration patience = handingOver ? HANDING_OVER_TAKES : STALLED_AFTER;
    if (state == NodeState.RUNNING && now - lastByteAt >= patience.toMillis()) {
      state = NodeState.STALLED;
      return true;
    }
    return false;
  }

  /** What keeps it from going on. */
  String trouble(boolean connected, long now) {
    if (state == NodeState.PENDING) {
      return connected ? "was not started" : "its agent is not connected";
    }
    String time = Math.max(0, now - lastByteAt) / 1000 + " s";
    String silence =
        handingOver
            ? "its runtime has been taking the images over for " + time
            : "no byte for " + time;
    return connected ? silence : silence + ", its agent is not connected";
  }

  NodeView view(boolean connected, long now) {
    boolean waiting =
        state == NodeState.STALLED
            || (state == NodeState.PENDING && !connected)
            || (state == NodeState.RUNNING && handingOver);
    return new NodeView(
        name,
        zone,
        state,
        waiting ? Optional.of(trouble(connected, now)) : reason,
        bytesDone,
        bytesTotal,
        startedAt,
        endedAt);
  }
}
