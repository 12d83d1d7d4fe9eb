package io.shoal.agent.prewarm;

import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.tracker.TrackerMessage.Prewarm;

/** One job on this node, and how far it is. Thread-safe. */
final class PrewarmTask {

  private final Prewarm order;
  private NodeReport.Phase phase = NodeReport.Phase.RUNNING;
  private String reason = "";
  private long bytesDone;
  private long bytesTotal;
  private boolean news = true;
  private volatile boolean stopped;

  PrewarmTask(Prewarm order) {
    this.order = order;
  }

  Prewarm order() {
    return order;
  }

  /** Nobody wants the rest. */
  void stop() {
    stopped = true;
  }

  boolean stopped() {
    return stopped;
  }

  synchronized void total(long bytes) {
    bytesTotal = bytes;
    news = true;
  }

  synchronized void arrived(long bytes) {
    bytesDone += bytes;
    news = true;
  }

  /** Everything is on this node, and its runtime has to take it over. */
  synchronized void handingOver() {
    phase = NodeReport.Phase.HANDING_OVER;
    news = true;
  }

  synchronized void end(NodeReport.Phase how, String why) {
    phase = how;
    reason = why;
    news = true;
  }

  synchronized boolean ended() {
    return phase.ended();
  }

  /** Has something to report even if nothing has changed. */
  synchronized void tellAgain() {
    news = true;
  }

  /** Whether there is something to report, which then counts as reported. */
  synchronized boolean takeNews() {
    boolean had = news;
    news = false;
    return had;
  }

  synchronized NodeReport report() {
    return new NodeReport(order.jobId(), order.attempt(), phase, reason, bytesDone, bytesTotal);
  }
}
