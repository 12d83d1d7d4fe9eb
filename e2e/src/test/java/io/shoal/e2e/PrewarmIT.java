package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.e2e.lab.AccessLog;
import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.ShoalProcess;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Images go onto the nodes before anybody pulls them, whatever happens on the way. */
@EndToEnd
class PrewarmIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aCanaryGoesFirstThenTheOtherNodesTwoAtATime(Lab lab) throws IOException {
    TestImage image = lab.mediumImage("shoal-prewarm");
    AccessLog.Mark mark = lab.registry().accessLog().mark();

    JsonNode canary =
        JSON.readTree(prewarm(lab, image.fullName(), "--count", "1", "--output", "json"));
    assertThat(canary.path("state").asText()).isEqualTo("DONE");
    assertThat(names(canary)).containsExactly("agent-1");

    JsonNode job =
        JSON.readTree(prewarm(lab, image.fullName(), "--parallelism", "2", "--output", "json"));
    assertThat(job.path("state").asText()).isEqualTo("DONE");
    assertThat(names(job)).containsExactly("agent-1", "agent-2", "agent-3", "agent-4");
    assertThat(mostAtOnce(job.path("nodes"))).isEqualTo(2);
    for (JsonNode node : job.path("nodes")) {
      assertThat(node.path("bytesDone").asLong()).isEqualTo(image.blobBytes());
    }
    lab.awaitSentOnce(image, mark);
    assertThat(lab.shoal(LIMIT, command(lab, "ls")))
        .contains(canary.path("id").asText(), job.path("id").asText());
  }

  @Test
  void aHungNodeStallsAndFailsWhileTheRestFinishesAndTheTrackerDies(Lab lab) {
    TestImage image = lab.mediumImage("shoal-prewarm-hung");
    ShoalProcess tracker = lab.cluster().tracker();
    ShoalProcess hung = lab.cluster().agent(4);
    hung.freeze();
    try {
      String id = prewarm(lab, image.fullName(), "--detach", "--timeout", "40s").strip();
      CompletableFuture<Commands.Result> watching =
          CompletableFuture.supplyAsync(() -> lab.tryShoal(LIMIT, command(lab, "watch", id)));
      Await.until(
          "the hung node to be seen as stalled",
          LIMIT,
          () -> lab.shoal(LIMIT, command(lab, "status", id)).contains("1 stalled"));
      tracker.kill();
      tracker.start();

      Commands.Result watched = watching.join();
      assertThat(watched.status()).isEqualTo(1);
      assertThat(watched.output())
          .contains("agent-4 stalled: no byte for 1")
          .contains("agent-4 failed: timed out after 40 s")
          .contains("3 of 4 nodes done, 1 failed")
          .contains("shoal prewarm retry " + id);
      hung.thaw();
      lab.cluster().awaitFleet();
      assertThat(lab.shoal(LIMIT, command(lab, "retry", id))).contains("4 of 4 nodes done");
    } finally {
      hung.thaw();
      lab.cluster().awaitFleet();
    }
  }

  private static String prewarm(Lab lab, String... arguments) {
    return lab.shoal(LIMIT, command(lab, arguments));
  }

  private static List<String> command(Lab lab, String... arguments) {
    List<String> command = new ArrayList<>(List.of("prewarm"));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "--tracker",
            lab.cluster().tracker().url().toString(),
            "--cluster",
            lab.cluster().clusterFile().toString()));
    return command;
  }

  private static List<String> names(JsonNode job) {
    List<String> names = new ArrayList<>();
    job.path("nodes").forEach(node -> names.add(node.path("node").asText()));
    return names;
  }

  /** At the start of some node most of them run. One that ends makes room for the next. */
  private static long mostAtOnce(JsonNode nodes) {
    long most = 0;
    for (JsonNode one : nodes) {
      long at = one.path("startedAtMillis").asLong();
      long running = 0;
      for (JsonNode other : nodes) {
        boolean overlaps =
            other.path("startedAtMillis").asLong() <= at
                && at < other.path("endedAtMillis").asLong();
        running += overlaps ? 1 : 0;
      }
      most = Math.max(most, running);
    }
    return most;
  }
}
