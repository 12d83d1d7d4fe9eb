package io.shoal.agent.prewarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.tracker.AgentMessage.Estimated;
import io.shoal.client.tracker.TrackerMessage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PrewarmerTest {

  private final BlockingQueue<NodeReport> reports = new LinkedBlockingQueue<>();
  private final BlockingQueue<Estimated> estimates = new LinkedBlockingQueue<>();

  @Test
  void carriesAJobOutOnceHoweverOftenItIsOrderedAndTellsItsEndAgain() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Prewarmer.Work work =
        task -> {
          runs.incrementAndGet();
          task.total(10);
          task.arrived(10);
        };
    try (Prewarmer prewarmer = connected(work)) {
      prewarmer.message(order("job", 1));
      assertThat(awaitEnd()).isEqualTo(new NodeReport("job", 1, done(), "", 10, 10));
      prewarmer.message(order("job", 1));
      assertThat(awaitEnd()).isEqualTo(new NodeReport("job", 1, done(), "", 10, 10));
      assertThat(runs).hasValue(1);
      prewarmer.message(order("job", 2));
      assertThat(awaitEnd().attempt()).isEqualTo(2);
      assertThat(runs).hasValue(2);
    }
  }

  @Test
  void tellsWhyAJobFailed() throws Exception {
    Prewarmer.Work work =
        task -> {
          throw new PrewarmException("no room");
        };
    try (Prewarmer prewarmer = connected(work)) {
      prewarmer.message(order("job", 1));
      assertThat(awaitEnd())
          .isEqualTo(new NodeReport("job", 1, NodeReport.Phase.FAILED, "no room", 0, 0));
    }
  }

  @Test
  void stopsAJobThatNobodyWantsAnyLonger() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Prewarmer.Work work =
        task -> {
          begun.countDown();
          while (!task.stopped()) {
            Thread.onSpinWait();
          }
          throw new PrewarmException("stopped");
        };
    try (Prewarmer prewarmer = connected(work)) {
      prewarmer.message(order("job", 1));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      prewarmer.message(new TrackerMessage.StopPrewarm("job"));
      assertThat(awaitEnd().reason()).isEqualTo("stopped");
    }
  }

  @Test
  void answersWhatAJobWouldNeedWhileOthersRun() throws Exception {
    Prewarmer.Work work =
        task -> {
          while (!task.stopped()) {
            Thread.onSpinWait();
          }
        };
    try (Prewarmer prewarmer =
        connected(work, question -> new Estimated(question.questionId(), 3, 10, ""))) {
      prewarmer.message(order("job", 1));
      prewarmer.message(
          new TrackerMessage.Estimate(
              "q", List.of("quay.io/org/app:1"), Optional.empty(), Optional.empty()));
      assertThat(estimates.poll(60, TimeUnit.SECONDS)).isEqualTo(new Estimated("q", 3, 10, ""));
      prewarmer.message(new TrackerMessage.StopPrewarm("job"));
      assertThat(awaitEnd().jobId()).isEqualTo("job");
    }
  }

  private Prewarmer connected(Prewarmer.Work work) {
    return connected(work, question -> new Estimated(question.questionId(), 0, 0, ""));
  }

  private Prewarmer connected(Prewarmer.Work work, Prewarmer.Estimator estimator) {
    Prewarmer prewarmer = new Prewarmer(work, estimator);
    prewarmer.connect(
        new Prewarmer.Answers() {
          @Override
          public void prewarmed(List<NodeReport> news) {
            reports.addAll(news);
          }

          @Override
          public void estimated(Estimated answer) {
            estimates.add(answer);
          }
        });
    return prewarmer;
  }

  private NodeReport awaitEnd() throws InterruptedException {
    while (true) {
      NodeReport report = reports.poll(60, TimeUnit.SECONDS);
      assertThat(report).as("a report of the end").isNotNull();
      if (report.phase().ended()) {
        return report;
      }
    }
  }

  private static NodeReport.Phase done() {
    return NodeReport.Phase.DONE;
  }

  private static TrackerMessage.Prewarm order(String id, int attempt) {
    return new TrackerMessage.Prewarm(
        id,
        attempt,
        List.of("quay.io/org/app:1"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
