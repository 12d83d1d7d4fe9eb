package io.shoal.cli.prewarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.cli.console.RateWindow;
import io.shoal.client.prewarm.JobPreview;
import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobState;
import io.shoal.client.prewarm.JobView;
import io.shoal.client.prewarm.NodeNeed;
import io.shoal.client.prewarm.NodeState;
import io.shoal.client.prewarm.NodeView;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobLinesTest {

  private static final long MIB = 1 << 20;

  @Test
  void showsBytesRateTimeLeftAndWhoHoldsItUp() {
    JobView job =
        job(
            node("n1", NodeState.DONE, 100 * MIB, 100 * MIB, ""),
            node("n2", NodeState.RUNNING, 50 * MIB, 100 * MIB, ""),
            node("n3", NodeState.STALLED, 10 * MIB, 100 * MIB, "no byte for 12 s"),
            node("n4", NodeState.FAILED, 0, 100 * MIB, "no room"),
            node("n5", NodeState.PENDING, 0, 0, ""));
    assertThat(JobLines.live(job, 10 * MIB))
        .containsExactly(
            "job j running: 1 of 5 nodes done, 1 running, 1 stalled, 1 pending, 1 failed",
            "[#########.....................]  32 %  160 MiB of 500 MiB  10.0 MiB/s  ETA 34 s",
            "zone a  1 of 5 done, 160 MiB",
            "slowest  n2  50 %",
            "stalled  n3  no byte for 12 s",
            "failed  n4  no room");
  }

  @Test
  void tellsOnlyWhatIsNew() {
    JobView before = job(node("n1", NodeState.RUNNING, 0, 0, ""));
    assertThat(JobLines.news(before, before)).isEmpty();
    assertThat(JobLines.news(before, job(node("n1", NodeState.FAILED, 0, 0, "no room"))))
        .containsExactly("n1 failed: no room");
  }

  @Test
  void measuresTheRateOverTheLastSeconds() {
    RateWindow rate = new RateWindow();
    rate.add(0, 0);
    assertThat(rate.bytesPerSecond()).isZero();
    for (int second = 1; second <= 20; second++) {
      rate.add(second * 1_000_000_000L, second <= 10 ? 0 : (second - 10) * MIB);
    }
    assertThat(rate.bytesPerSecond()).isEqualTo(MIB);
  }

  @Test
  void tellsWhatEachNodeNeeds() {
    JobPreview preview =
        new JobPreview(
            List.of(
                new NodeNeed("n1", Optional.of(1L << 20), Optional.of(3L << 20), Optional.empty()),
                new NodeNeed("n2", Optional.empty(), Optional.empty(), Optional.of("is away"))));
    assertThat(JobLines.preview(preview))
        .satisfiesExactly(
            head -> assertThat(head).startsWith("node"),
            one -> assertThat(one).contains("n1").contains("1.00 MiB").contains("3.00 MiB"),
            two -> assertThat(two).contains("n2").contains("?").contains("is away"),
            sum -> assertThat(sum).isEqualTo("2 nodes need 1.00 MiB"));
  }

  private static NodeView node(String name, NodeState state, long done, long total, String reason) {
    return new NodeView(
        name,
        Optional.of("a"),
        state,
        Optional.of(reason).filter(r -> !r.isEmpty()),
        done,
        total,
        Optional.empty(),
        Optional.empty());
  }

  private static JobView job(NodeView... nodes) {
    JobRequest request = JobRequest.of(List.of("quay.io/org/app:1"));
    return new JobView("j", JobState.RUNNING, 1, request, 0, 0, Optional.empty(), List.of(nodes));
  }
}
