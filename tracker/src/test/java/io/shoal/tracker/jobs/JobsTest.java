package io.shoal.tracker.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobState;
import io.shoal.client.prewarm.JobView;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.prewarm.NodeShare;
import io.shoal.client.prewarm.NodeState;
import io.shoal.client.prewarm.NodeView;
import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.client.tracker.TrackerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobsTest {

  private static final String ID = "job";

  private Jobs jobs = new Jobs(List.of(), 0);
  private List<FleetNode> fleet = List.of();
  private long now;

  @Test
  void tellsEveryNodeAtOnceIfNothingElseIsAsked() throws Exception {
    fleet(3);
    create(request());
    assertThat(jobs.tick(now).keySet()).containsExactly("n1", "n2", "n3");
    assertThat(jobs.tick(now)).isEmpty();
  }

  @Test
  void runsNoMoreNodesThanTheParallelism() throws Exception {
    fleet(4);
    create(with(Optional.of("50%"), Optional.empty()));
    assertThat(jobs.tick(now).keySet()).containsExactly("n1", "n2");
    done("n1");
    assertThat(jobs.tick(now).keySet()).containsExactly("n3");
    done("n2");
    done("n3");
    assertThat(jobs.tick(now).keySet()).containsExactly("n4");
    done("n4");
    jobs.tick(now);
    assertThat(view().state()).isEqualTo(JobState.DONE);
  }

  @Test
  void aCanaryRunsOnSoManyNodesOnly() throws Exception {
    fleet(10);
    create(limited("20%"));
    assertThat(view().nodes()).extracting(NodeView::node).containsExactly("n1", "n10");
  }

  @Test
  void aRuntimeThatTakesTheImagesOverMayBeSilentForLonger() throws Exception {
    fleet(1);
    create(JobRequest.of(List.of("quay.io/org/app:1")));
    jobs.tick(now);
    report("n1", NodeReport.Phase.HANDING_OVER, "", 10);
    now += 119_999;
    report("n1", NodeReport.Phase.HANDING_OVER, "", 10);
    jobs.tick(now);
    assertThat(node("n1").state()).isEqualTo(NodeState.RUNNING);
    assertThat(node("n1").reason())
        .contains("its runtime has been taking the images over for 119 s");
    now += 1;
    jobs.tick(now);
    assertThat(node("n1").state()).isEqualTo(NodeState.STALLED);
    done("n1");
    jobs.tick(now);
    assertThat(view().state()).isEqualTo(JobState.DONE);
  }

  @Test
  void tellsAgentsTheNameOfTheLoginTheRuntimeAndTheRate() throws Exception {
    fleet(1);
    JobRequest plain = request();
    create(
        new JobRequest(
            plain.images(),
            plain.platform(),
            plain.select(),
            plain.nodes(),
            plain.limit(),
            plain.parallelism(),
            plain.maxFailures(),
            plain.timeout(),
            plain.pin(),
            Optional.of(PrewarmRuntime.DOCKER),
            Optional.of(5_000_000L),
            Optional.of("team")));
    TrackerMessage.Prewarm order = (TrackerMessage.Prewarm) jobs.tick(now).get("n1").getFirst();
    assertThat(order.runtime()).contains(PrewarmRuntime.DOCKER);
    assertThat(order.maxBytesPerSecond()).contains(5_000_000L);
    assertThat(order.credentials()).contains("team");
  }

  @Test
  void startsNoFurtherNodeWhenTooManyFailed() throws Exception {
    fleet(3);
    create(with(Optional.of("1"), Optional.of(0)));
    jobs.tick(now);
    report("n1", NodeReport.Phase.FAILED, "no room", 0);
    assertThat(jobs.tick(now)).isEmpty();
    assertThat(states())
        .containsExactly(NodeState.FAILED, NodeState.CANCELLED, NodeState.CANCELLED);
    assertThat(view().state()).isEqualTo(JobState.FAILED);
    assertThat(node("n1").reason()).contains("no room");
  }

  @Test
  void aNodeWithoutAByteForTenSecondsIsStalledAndGivesItsPlaceToAnother() throws Exception {
    fleet(2);
    create(with(Optional.of("1"), Optional.empty()));
    jobs.tick(now);
    report("n1", NodeReport.Phase.RUNNING, "", 5);
    now += 9_999;
    assertThat(jobs.tick(now)).isEmpty();
    now += 1;
    assertThat(jobs.tick(now).keySet()).containsExactly("n2");
    assertThat(node("n1").state()).isEqualTo(NodeState.STALLED);
    assertThat(node("n1").reason()).contains("no byte for 10 s");

    report("n1", NodeReport.Phase.RUNNING, "", 6);
    assertThat(node("n1").state()).isEqualTo(NodeState.RUNNING);
  }

  @Test
  void theSameBytesToldAgainDoNotCountAsProgress() throws Exception {
    fleet(1);
    create(request());
    jobs.tick(now);
    report("n1", NodeReport.Phase.RUNNING, "", 5);
    now += 10_000;
    report("n1", NodeReport.Phase.RUNNING, "", 5);
    jobs.tick(now);
    assertThat(node("n1").state()).isEqualTo(NodeState.STALLED);
  }

  @Test
  void whatIsNotDoneInTimeFailsWithWhatHeldItUp() throws Exception {
    fleet(2);
    create(request());
    jobs.tick(now);
    done("n1");
    jobs.disconnected("n2");
    now += 60_000;
    assertThat(jobs.tick(now).get("n2")).containsExactly(new TrackerMessage.StopPrewarm(ID));
    assertThat(states()).containsExactly(NodeState.DONE, NodeState.FAILED);
    assertThat(node("n2").reason())
        .contains("timed out after 60 s: no byte for 60 s, its agent is not connected");
    assertThat(view().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void anAgentThatComesBackIsToldAgainUntilItIsDone() throws Exception {
    fleet(1);
    create(request());
    jobs.tick(now);
    jobs.disconnected("n1");
    jobs.connected("n1");
    assertThat(jobs.tick(now).keySet()).containsExactly("n1");
    done("n1");
    jobs.connected("n1");
    assertThat(jobs.tick(now)).isEmpty();
  }

  @Test
  void aNamedNodeThatIsNotConnectedIsWaitedFor() throws Exception {
    fleet(1);
    create(
        new JobRequest(
            List.of("quay.io/org/app:1"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(List.of("n1", "late")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
    assertThat(jobs.tick(now).keySet()).containsExactly("n1");
    assertThat(node("late").reason()).contains("its agent is not connected");
    jobs.connected("late");
    assertThat(jobs.tick(now).keySet()).containsExactly("late");
  }

  @Test
  void aJobGoesOnAfterARestartOfTheTracker() throws Exception {
    fleet(3);
    create(with(Optional.of("2"), Optional.empty()));
    jobs.tick(now);
    done("n1");
    List<JobStore.Saved> stored = jobs.takeChanges(now).jobs();

    jobs = new Jobs(stored, now);
    assertThat(jobs.tick(now)).as("no agent has come back yet").isEmpty();
    jobs.connected("n2");
    jobs.connected("n3");
    assertThat(jobs.tick(now).keySet()).containsExactly("n2", "n3");
    assertThat(states()).containsExactly(NodeState.DONE, NodeState.RUNNING, NodeState.RUNNING);
  }

  @Test
  void aNodeThatGoesOnAfterARestartNoLongerSaysWhatHeldItUpBefore() throws Exception {
    fleet(1);
    create(request());
    jobs.tick(now);
    now += 11_000;
    jobs.tick(now);
    assertThat(node("n1").state()).isEqualTo(NodeState.STALLED);

    jobs = new Jobs(jobs.takeChanges(now).jobs(), now);
    jobs.connected("n1");
    report("n1", NodeReport.Phase.RUNNING, "", 5);

    assertThat(node("n1").state()).isEqualTo(NodeState.RUNNING);
    assertThat(node("n1").reason()).isEmpty();
  }

  @Test
  void onlyWhatChangedIsStored() throws Exception {
    fleet(2);
    create(request());
    jobs.tick(now);
    assertThat(jobs.takeChanges(now).jobs()).hasSize(1);
    done("n2");
    Jobs.Changes changes = jobs.takeChanges(now);
    assertThat(changes.jobs().getFirst().nodes()).extracting(NodeView::node).containsExactly("n2");
    assertThat(jobs.takeChanges(now).isEmpty()).isTrue();
    jobs.unsaved(changes);
    assertThat(jobs.takeChanges(now).jobs().getFirst().nodes()).hasSize(2);
  }

  @Test
  void theSameKeyMakesOneJobAndAnotherOrderUnderItIsRefused() throws Exception {
    fleet(1);
    JobView first = jobs.create("a", request(), Optional.of("key"), fleet, now);
    JobView second = jobs.create("b", request(), Optional.of("key"), fleet, now);
    assertThat(second.id()).isEqualTo(first.id());
    assertThatThrownBy(() -> jobs.create("c", limited("1"), Optional.of("key"), fleet, now))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("idempotency key");
  }

  @Test
  void aCancelledJobStopsWhatRunsAndAnsweredReportsChangeNothing() throws Exception {
    fleet(1);
    create(request());
    jobs.tick(now);
    jobs.cancel(ID, now);
    assertThat(jobs.tick(now).get("n1")).containsExactly(new TrackerMessage.StopPrewarm(ID));
    done("n1");
    assertThat(states()).containsExactly(NodeState.CANCELLED);
    assertThat(view().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aRetryRunsAgainWhereItFailedAndIgnoresReportsOfTheFirstAttempt() throws Exception {
    fleet(2);
    create(request());
    jobs.tick(now);
    done("n1");
    report("n2", NodeReport.Phase.FAILED, "no room", 0);
    jobs.tick(now);
    jobs.retry(ID, now);
    assertThat(jobs.tick(now).keySet()).containsExactly("n2");
    report("n2", NodeReport.Phase.DONE, "", 10);
    assertThat(node("n2").state()).isEqualTo(NodeState.RUNNING);
    jobs.report("n2", List.of(new NodeReport(ID, 2, NodeReport.Phase.DONE, "", 10, 10)), now);
    jobs.tick(now);
    assertThat(view().state()).isEqualTo(JobState.DONE);
  }

  @Test
  void refusesWhatMakesNoSense() {
    fleet(1);
    assertThatThrownBy(() -> create(selecting("zone=nowhere")))
        .hasMessageContaining("no node is selected");
    assertThatThrownBy(() -> create(selecting("zone"))).hasMessageContaining("zone=a,role!=gpu");
    String platform = "{\"images\":[\"alpine\"],\"platform\":\"linux\"}";
    assertThatThrownBy(() -> create(ShoalJson.read(platform, JobRequest.class)))
        .hasMessageContaining("linux/arm64");
    assertThatThrownBy(() -> jobs.get("other", now)).hasMessageContaining("no job other");
  }

  @Test
  void remembersABoundedNumberOfEndedJobs() throws Exception {
    fleet(1);
    for (int i = 0; i <= Jobs.MAX_ENDED + 1; i++) {
      jobs.create("job-" + i, request(), Optional.empty(), fleet, now);
      jobs.cancel("job-" + i, now);
    }
    assertThat(jobs.list(now).jobs()).hasSize(Jobs.MAX_ENDED + 1);
    assertThat(jobs.takeChanges(now).forgotten()).containsExactly("job-0");
  }

  @Test
  void selectsByLabels() {
    LabelSelector selector = LabelSelector.parse("zone=a, role!=gpu");
    assertThat(selector.matches(Map.of("zone", "a"))).isTrue();
    assertThat(selector.matches(Map.of("zone", "a", "role", "gpu"))).isFalse();
    assertThat(selector.matches(Map.of("role", "web"))).isFalse();
    assertThat(LabelSelector.parse("").matches(Map.of())).isTrue();
  }

  private void fleet(int size) {
    fleet =
        IntStream.rangeClosed(1, size)
            .mapToObj(i -> new FleetNode("n" + i, Map.of("zone", "a")))
            .toList();
    fleet.forEach(n -> jobs.connected(n.name()));
  }

  private void create(JobRequest request) throws JobException {
    jobs.create(ID, request, Optional.empty(), fleet, now);
  }

  private static JobRequest request() {
    return with(Optional.empty(), Optional.empty());
  }

  private static JobRequest with(Optional<String> parallelism, Optional<Integer> maxFailures) {
    return new JobRequest(
        List.of("quay.io/org/app:1"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        parallelism.map(NodeShare::parse),
        maxFailures,
        Optional.of(Duration.ofSeconds(60)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static JobRequest limited(String limit) {
    return narrowed(Optional.empty(), Optional.of(NodeShare.parse(limit)));
  }

  private static JobRequest selecting(String labels) {
    return narrowed(Optional.of(labels), Optional.empty());
  }

  private static JobRequest narrowed(Optional<String> select, Optional<NodeShare> limit) {
    return new JobRequest(
        List.of("quay.io/org/app:1"),
        Optional.empty(),
        select,
        Optional.empty(),
        limit,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private void done(String node) {
    report(node, NodeReport.Phase.DONE, "", 10);
  }

  private void report(String node, NodeReport.Phase phase, String reason, long bytes) {
    jobs.report(node, List.of(new NodeReport(ID, 1, phase, reason, bytes, 10)), now);
  }

  private JobView view() throws JobException {
    return jobs.get(ID, now);
  }

  private NodeView node(String name) throws JobException {
    return view().nodes().stream().filter(n -> n.node().equals(name)).findFirst().orElseThrow();
  }

  private List<NodeState> states() throws JobException {
    return new ArrayList<>(view().nodes().stream().map(NodeView::state).toList());
  }
}
