package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.e2e.lab.AccessLog;
import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.Cluster;
import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.PrewarmCalls;
import io.shoal.e2e.lab.ShoalProcess;
import io.shoal.e2e.lab.ShoalProcess.AgentPlan;
import io.shoal.e2e.lab.SmallDisk;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images go onto twenty nodes before anybody pulls them, whatever happens on the way. */
@EndToEnd
class PrewarmIT {

  private static final int NODES = 20;
  private static final String ZONES = "abc";
  private static final int HUNG = 4;
  private static final int FULL = 6;
  private static final int SLOW = 10;
  private static final int BYTES_PER_SECOND = 4_000_000;
  private static final int PARALLELISM = 6;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Cluster fleet;
  private static PrewarmCalls prewarm;
  private static SmallDisk disk;

  @BeforeAll
  static void startFleet(Lab lab) {
    // RocksDB has room on it, the share of it that a store takes is too small for an image.
    disk = lab.smallDisk(name(FULL), 32);
    fleet =
        lab.startCluster(
            "fleet-", IntStream.rangeClosed(1, NODES).mapToObj(PrewarmIT::plan).toList());
    prewarm = new PrewarmCalls(lab, fleet);
  }

  private static AgentPlan plan(int node) {
    String zone = "zone: " + ZONES.charAt((node - 1) % ZONES.length());
    return node == SLOW
        ? new AgentPlan(name(node), zone + ", link: slow", "rates: {download: 4MB/s}\n")
        : new AgentPlan(name(node), zone, "");
  }

  private static String name(int node) {
    return "node-%02d".formatted(node);
  }

  @AfterAll
  static void endFleet() {
    if (fleet != null) {
      fleet.kill();
    }
  }

  @Test
  void aFleetIsFilledBesideAHungNodeAFullOneAndATrackerThatDies(Lab lab) throws IOException {
    TestImage image = lab.noiseImage("shoal-prewarm", 3 * BYTES_PER_SECOND);
    AccessLog.Mark mark = lab.registry().accessLog().mark();

    JsonNode canary =
        json(
            prewarm.run(
                image.fullName(), "--select=zone=b,link!=slow", "--count=2", "--output=json"));
    assertThat(canary.path("state").asText()).isEqualTo("DONE");
    assertThat(names(nodes(canary))).containsExactly(name(2), name(5));

    JsonNode preview = json(prewarm.run(image.fullName(), "--dry-run", "--output=json"));
    assertThat(preview.path("nodes")).hasSize(NODES);
    for (JsonNode node : preview.path("nodes")) {
      boolean done = List.of(name(2), name(5)).contains(node.path("node").asText());
      assertThat(node.path("bytesNeeded").asLong())
          .as(node.toString())
          .isEqualTo(done ? 0 : image.blobBytes());
    }

    JsonNode job = fillBesideTrouble(image);

    List<JsonNode> others = nodesBut(job, name(HUNG));
    // The hung node keeps its place until it has stalled.
    assertThat(mostAtOnce(others)).isBetween(PARALLELISM - 1L, (long) PARALLELISM);
    assertThat(fastest(others, canary)).isGreaterThan(Duration.ofMillis(2400));
    lab.awaitSentOnce(image, mark);

    disk.grow(512);
    String id = job.path("id").asText();
    assertThat(prewarm.run("retry", id)).contains("20 of 20 nodes done");
    assertThat(prewarm.run("ls")).contains(id, canary.path("id").asText());
    for (JsonNode node : prewarm.job(id).path("nodes")) {
      assertThat(node.path("bytesDone").asLong()).isEqualTo(image.blobBytes());
    }
  }

  /** The job when all is done that can be; the hung node goes on at the end. */
  private static JsonNode fillBesideTrouble(TestImage image) throws IOException {
    ShoalProcess hung = fleet.agent(HUNG);
    hung.freeze();
    try {
      String id = orderAndLeave(image);
      fleet.tracker().kill();
      fleet.tracker().start();

      try (PrewarmCalls.Running watch = prewarm.start("watch", id)) {
        JsonNode job = Await.value("all but two nodes to be done", LIMIT, () -> inTrouble(id));
        assertThat(reason(job, HUNG)).matches("no byte for \\d+ s, its agent is not connected");
        assertThat(reason(job, FULL)).contains("there is no room for it on this node's disk");
        watch.awaitOutput("stalled.*no byte for \\d+ s");

        hung.thaw();
        Commands.Result watched = watch.awaitEnd();
        assertThat(watched.status()).isEqualTo(1);
        assertThat(watched.output())
            .containsPattern("(?m)^(stalled  )?" + name(HUNG) + "( stalled:)? +no byte for \\d+ s")
            .contains(name(HUNG) + " done")
            .contains("failed  " + name(FULL), "19 of 20 nodes done, 1 failed")
            .contains("try the rest again: shoal prewarm retry " + id);
      }
      return prewarm.job(id);
    } finally {
      hung.thaw();
    }
  }

  /** Orders the job and, as soon as it runs, leaves it by Ctrl-C; its id. */
  private static String orderAndLeave(TestImage image) throws IOException {
    try (PrewarmCalls.Running order =
        prewarm.start(image.fullName(), "--rate=4MB/s", "--parallelism=" + PARALLELISM)) {
      order.awaitOutput(name(HUNG) + " running");
      Commands.Result left = order.interrupt();
      assertThat(left.status()).isEqualTo(130);
      String id = json(prewarm.run("ls", "--output=json")).path("jobs").path(0).path("id").asText();
      assertThat(left.output())
          .contains("detached, the job goes on; watch it: shoal prewarm watch " + id);
      return id;
    }
  }

  @Test
  void aPullThatSomebodyWaitsForHardlyNoticesThatAnotherImageIsPrewarmed(Lab lab) {
    int seconds = 7;
    TestImage alone = lab.noiseImage("shoal-pull-alone", seconds * BYTES_PER_SECOND);
    TestImage beside = lab.noiseImage("shoal-pull-beside", seconds * BYTES_PER_SECOND);
    TestImage background = lab.noiseImage("shoal-prewarm-beside", seconds * BYTES_PER_SECOND);
    ShoalProcess slow = fleet.agent(SLOW);
    // Code that runs for the first time would count for the first of the two.
    pull(slow, lab.noiseImage("shoal-pull-warm-up", BYTES_PER_SECOND));

    Duration quiet = pull(slow, alone);
    String id = prewarm.run(background.fullName(), "--detach", "--select=link=slow").strip();
    Await.until(
        "the node to pre-warm",
        LIMIT,
        () -> node(prewarm.job(id), SLOW).path("bytesDone").asLong() > 0);
    Duration busy = pull(slow, beside);

    assertThat(node(prewarm.job(id), SLOW).path("state").asText()).isEqualTo("RUNNING");
    assertThat(quiet).isGreaterThan(Duration.ofSeconds(seconds).multipliedBy(8).dividedBy(10));
    assertThat((double) busy.toMillis() / quiet.toMillis())
        .as("%s beside a pre-warming, %s without", busy, quiet)
        .isLessThan(1.1);
  }

  /** Reads the blobs of the image through this agent, all at once as a runtime does. */
  private static Duration pull(ShoalProcess agent, TestImage image) {
    long began = System.nanoTime();
    try (HttpClient client = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      image.blobs().stream()
          .map(blob -> CompletableFuture.runAsync(() -> read(client, agent, image, blob), threads))
          .toList()
          .forEach(CompletableFuture::join);
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static void read(
      HttpClient client, ShoalProcess agent, TestImage image, TestImage.Blob blob) {
    URI uri = agent.url().resolve("/v2/" + image.repository() + "/blobs/" + blob.digest());
    try {
      HttpResponse<InputStream> answer =
          client.send(
              HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        assertThat(answer.statusCode()).isEqualTo(200);
        body.skipNBytes(blob.bytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The job if every node but the hung one and the full one is done, and these are told apart. */
  private static Optional<JsonNode> inTrouble(String id) {
    JsonNode job = prewarm.job(id);
    long done = nodes(job).stream().filter(n -> state(n).equals("DONE")).count();
    boolean told =
        state(node(job, HUNG)).equals("STALLED") && state(node(job, FULL)).equals("FAILED");
    return Optional.of(job).filter(j -> told && done == NODES - 2);
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  private static String state(JsonNode node) {
    return node.path("state").asText();
  }

  private static String reason(JsonNode job, int number) {
    return node(job, number).path("reason").asText();
  }

  private static List<JsonNode> nodes(JsonNode job) {
    return StreamSupport.stream(job.path("nodes").spliterator(), false).toList();
  }

  private static List<JsonNode> nodesBut(JsonNode job, String left) {
    return nodes(job).stream().filter(n -> !n.path("node").asText().equals(left)).toList();
  }

  private static JsonNode node(JsonNode job, int number) {
    return nodes(job).stream()
        .filter(n -> n.path("node").asText().equals(name(number)))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(List<JsonNode> nodes) {
    return nodes.stream().map(n -> n.path("node").asText()).toList();
  }

  /** The shortest time in which a node got all of the image. */
  private static Duration fastest(List<JsonNode> nodes, JsonNode canary) {
    List<String> hadIt = names(nodes(canary));
    return Duration.ofMillis(
        nodes.stream()
            .filter(n -> state(n).equals("DONE") && !hadIt.contains(n.path("node").asText()))
            .mapToLong(n -> n.path("endedAtMillis").asLong() - n.path("startedAtMillis").asLong())
            .min()
            .orElseThrow());
  }

  /** At the start of some node most of them run. One that ends makes room for the next. */
  private static long mostAtOnce(List<JsonNode> nodes) {
    long most = 0;
    for (JsonNode one : nodes) {
      long at = one.path("startedAtMillis").asLong();
      long running =
          nodes.stream()
              .filter(other -> other.path("startedAtMillis").asLong() <= at)
              .filter(other -> at < other.path("endedAtMillis").asLong())
              .count();
      most = Math.max(most, running);
    }
    return most;
  }
}
