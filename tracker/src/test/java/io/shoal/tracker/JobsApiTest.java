package io.shoal.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.client.cluster.ClusterSecret;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.JobClient;
import io.shoal.client.prewarm.JobList;
import io.shoal.client.prewarm.JobPreview;
import io.shoal.client.prewarm.JobProblem;
import io.shoal.client.prewarm.JobRefusedException;
import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobState;
import io.shoal.client.prewarm.JobView;
import io.shoal.client.prewarm.NodeNeed;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.prewarm.NodeState;
import io.shoal.client.prewarm.NodeView;
import io.shoal.client.tracker.AgentMessage.Estimated;
import io.shoal.client.tracker.AgentMessage.Hello;
import io.shoal.client.tracker.NodeStats;
import io.shoal.client.tracker.TrackerMessage.Estimate;
import io.shoal.client.tracker.TrackerMessage.Prewarm;
import io.shoal.client.tracker.TrackerStream;
import io.shoal.config.HostPort;
import io.shoal.config.LogConfig;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsApiTest {

  private static final String IMAGE = "quay.io/org/app:1";

  private final List<Consumer<String>> estimates = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Prewarm> heard = new LinkedBlockingQueue<>();
  @TempDir private Path dir;
  private ClusterFolder folder;
  private ClusterFile cluster;
  private TrackerServer tracker;

  @BeforeEach
  void start() throws Exception {
    folder = ClusterFolder.init(dir);
    cluster = ClusterFile.read(folder.clusterFile());
    tracker = TrackerServer.start(config(0), false);
  }

  @AfterEach
  void stop() {
    tracker.close();
  }

  @Test
  void aJobReachesTheAgentOutlivesTheTrackerAndEndsWithTheAgentsReport() throws Exception {
    JobView job;
    try (TrackerStream agent = open()) {
      estimates.add(question -> agent.estimated(new Estimated(question, 7, 7, "")));
      awaitPreview();
      job = client().create(request(IMAGE), "key");
      assertThat(client().create(request(IMAGE), "key").id()).isEqualTo(job.id());
      assertThat(hear().jobId()).isEqualTo(job.id());

      int port = tracker.port();
      tracker.close();
      tracker = TrackerServer.start(config(port), false);

      Prewarm again = hear();
      assertThat(again.jobId()).isEqualTo(job.id());
      assertThat(again.images()).containsExactly(IMAGE);
      agent.prewarmed(
          List.of(new NodeReport(job.id(), again.attempt(), NodeReport.Phase.DONE, "", 7, 7)));
      JobView ended = awaitEnd(job.id());
      assertThat(ended.state()).isEqualTo(JobState.DONE);
      assertThat(ended.nodes().getFirst().bytesDone()).isEqualTo(7);
      assertThat(client().list().jobs()).extracting(JobList.Entry::id).containsExactly(job.id());
    }
  }

  @Test
  void saysWhatIsWrongWithAnOrder() throws Exception {
    assertThatThrownBy(() -> client().create(request(IMAGE), "key"))
        .isInstanceOf(JobRefusedException.class)
        .hasMessageContaining("no node is selected");
    assertThatThrownBy(() -> client().create(request("Not An Image"), "key"))
        .isInstanceOfSatisfying(
            JobRefusedException.class, e -> assertThat(e.status()).isEqualTo(400));
    assertThatThrownBy(() -> client().get("none"))
        .isInstanceOfSatisfying(
            JobRefusedException.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void turnsStrangersAway() {
    ClusterFile stranger =
        new ClusterFile(ClusterSecret.random(), List.of(), cluster.serverFingerprint());
    JobClient client = new JobClient(PinnedClient.forOperator(stranger), uri());
    assertThatThrownBy(client::list)
        .isInstanceOfSatisfying(
            JobRefusedException.class, e -> assertThat(e.status()).isEqualTo(401));
  }

  @Test
  void takesJobsFromOperatorsOnly() {
    JobClient member = new JobClient(PinnedClient.forPeer(cluster, PeerRole.AGENT), uri());
    assertThatThrownBy(() -> member.create(request(IMAGE), "key"))
        .isInstanceOfSatisfying(
            JobRefusedException.class, e -> assertThat(e.status()).isEqualTo(403))
        .hasMessageContaining("token of an operator");
    assertThatThrownBy(member::list).hasMessageContaining("token of an operator");
  }

  @Test
  void aPreviewTellsWhatEachNodeNeedsAsItsAgentSays() throws Exception {
    try (TrackerStream agent = open()) {
      estimates.add(question -> agent.estimated(new Estimated(question, 30, 100, "")));
      awaitPreview();
      assertThat(client().preview(request(IMAGE)).nodes())
          .containsExactly(
              new NodeNeed("node", Optional.of(30L), Optional.of(100L), Optional.empty()));
    }
  }

  @Test
  void aPreviewTellsWhyAnAgentDoesNotSay() throws Exception {
    try (TrackerStream agent = open()) {
      estimates.add(question -> agent.estimated(new Estimated(question, 0, 0, "no such image")));
      awaitPreview();
      JobRequest named =
          ShoalJson.read(
              "{\"images\": [\"" + IMAGE + "\"], \"nodes\": [\"away\", \"node\"]}",
              JobRequest.class);
      assertThat(client().preview(named).nodes())
          .extracting(need -> need.reason().orElse(""))
          .containsExactly("its agent is not connected", "no such image");
    }
  }

  @Test
  void refusesALoginWhereANameIsMeant() {
    assertThatThrownBy(() ->
            ShoalJson.read(
                "{\"images\": [\"" + IMAGE + "\"], \"credentials\": \"bob:secret\"}",
                JobRequest.class))
        .hasMessageContaining("not the login itself")
        .hasMessageNotContaining("secret");
  }

  @Test
  void theDescriptionNamesEveryRouteAndEveryField() throws Exception {
    JsonNode description = description();
    List<String> described = new ArrayList<>();
    description
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .fieldNames()
                .forEachRemaining(verb -> described.add(verb + " " + path.getKey())));
    assertThat(described).containsExactlyInAnyOrderElementsOf(routes());

    JsonNode schemas = description.path("components").path("schemas");
    for (Class<?> type :
        List.of(
            JobRequest.class,
            JobView.class,
            NodeView.class,
            JobList.class,
            JobList.Entry.class,
            JobPreview.class,
            NodeNeed.class,
            JobProblem.class)) {
      assertThat(names(schemas.path(type.getSimpleName()).path("properties")))
          .as(type.getSimpleName())
          .isEqualTo(
              new TreeSet<>(
                  Arrays.stream(type.getRecordComponents())
                      .map(RecordComponent::getName)
                      .toList()));
    }
    assertThat(values(schemas.path("JobState").path("enum")))
        .isEqualTo(Arrays.stream(JobState.values()).map(Enum::name).toList());
    assertThat(values(schemas.path("NodeState").path("enum")))
        .isEqualTo(Arrays.stream(NodeState.values()).map(Enum::name).toList());
  }

  private static List<String> routes() {
    List<String> routes = new ArrayList<>();
    for (Method method : JobsEndpoint.class.getDeclaredMethods()) {
      Get get = method.getAnnotation(Get.class);
      Post post = method.getAnnotation(Post.class);
      if (get != null) {
        routes.add("get " + path(get.value()));
      } else if (post != null) {
        routes.add("post " + path(post.value()));
      }
    }
    return routes;
  }

  /** Micronaut's way to write nothing is a slash. */
  private static String path(String below) {
    return JobClient.PATH + (below.equals("/") ? "" : below);
  }

  private static TreeSet<String> names(JsonNode object) {
    TreeSet<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> values(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asText()));
    return values;
  }

  private JsonNode description() throws IOException {
    OkHttpClient http = PinnedClient.forOperator(cluster);
    Request request =
        new Request.Builder()
            .url(uri().resolve(JobClient.PATH + "/openapi.yml").toString())
            .build();
    try (Response response = http.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      return new ObjectMapper(new YAMLFactory()).readTree(response.body().string());
    }
  }

  private Prewarm hear() throws InterruptedException {
    Prewarm order = heard.poll(60, TimeUnit.SECONDS);
    assertThat(order).as("an order from the tracker").isNotNull();
    return order;
  }

  private void awaitPreview() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        assertThat(client().preview(request(IMAGE)).nodes())
            .extracting(NodeNeed::node)
            .containsExactly("node");
        return;
      } catch (JobRefusedException e) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  private JobView awaitEnd(String id) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    JobView job = client().get(id);
    while (job.state() == JobState.RUNNING) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      job = client().get(id);
    }
    return job;
  }

  private static JobRequest request(String image) {
    return JobRequest.of(List.of(image));
  }

  private TrackerStream open() {
    Hello hello =
        new Hello(
            PeerId.random(new SplittableRandom(1)),
            PeerRole.AGENT,
            Optional.empty(),
            4611,
            "node",
            Map.of(),
            "1");
    return TrackerStream.open(
        PinnedClient.forPeer(cluster, PeerRole.AGENT),
        uri(),
        hello,
        () -> NodeStats.NONE,
        message -> {
          if (message instanceof Prewarm order) {
            heard.add(order);
          } else if (message instanceof Estimate question) {
            estimates.forEach(answer -> answer.accept(question.questionId()));
          }
        });
  }

  private JobClient client() {
    return new JobClient(PinnedClient.forOperator(cluster), uri());
  }

  private URI uri() {
    return URI.create("https://127.0.0.1:" + tracker.port());
  }

  private TrackerConfig config(int port) {
    return new TrackerConfig(
        new HostPort("127.0.0.1", port),
        Optional.of(folder.clusterFile()),
        Optional.of(folder.serverKey()),
        Duration.ofSeconds(10),
        new TrackerConfig.Store(Optional.of(dir.resolve("tracker"))),
        new LogConfig(LogConfig.Format.HUMAN));
  }
}
