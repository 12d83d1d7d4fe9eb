package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.CentralRegistry;
import io.shoal.e2e.lab.Cluster;
import io.shoal.e2e.lab.ContainerTools;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.ShoalProcess;
import io.shoal.e2e.lab.TestImage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A part of the cluster is gone: pulls go on without it. */
@EndToEnd
class OutageIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void pullSucceedsWithoutATracker(Lab lab) {
    TestImage image = lab.mediumImage("shoal-no-tracker");
    ShoalProcess tracker = lab.cluster().tracker();
    DockerDaemon first = lab.docker(1);
    DockerDaemon second = lab.docker(2);
    tracker.kill();
    try {
      CompletableFuture<DockerDaemon.Pull> pull = first.startPull(image, LIMIT);
      CompletableFuture<DockerDaemon.Pull> other = second.startPull(image, LIMIT);
      assertUndisturbed(pull.join());
      assertUndisturbed(other.join());
      assertThat(first.run(image).strip()).isEqualTo(image.greeting());
      assertThat(second.run(image).strip()).isEqualTo(image.greeting());
    } finally {
      tracker.start();
      lab.cluster().awaitFleet();
    }
  }

  @Test
  void pullSucceedsWhenTheOriginDiesInTheMiddle(Lab lab) {
    TestImage image = lab.mediumImage("shoal-no-origin");
    TestImage.Blob layer = image.largestLayer();
    Cluster cluster = lab.cluster();
    DockerDaemon first = lab.docker(1);
    DockerDaemon second = lab.docker(2);
    ShoalProcess agent = cluster.agent(1);
    cluster.origin().stop();
    cluster.origin().start(Map.of("SHOAL_ORIGIN_RATES_UPSTREAM", "25MB/s"));
    cluster.awaitFleet();
    try {
      CompletableFuture<DockerDaemon.Pull> pull = first.startPull(image, LIMIT);
      CompletableFuture<DockerDaemon.Pull> other = second.startPull(image, LIMIT);
      Await.until(
          "a quarter of the layer to have arrived",
          LIMIT,
          () ->
              agent.json("/shoal/v1/blobs/" + layer.digest()).path("piecesHave").asInt()
                  >= TestImage.pieceCount(layer.bytes()) / 4);
      cluster.origin().kill();

      assertUndisturbed(pull.join());
      assertUndisturbed(other.join());
      assertThat(first.run(image).strip()).isEqualTo(image.greeting());
      assertThat(second.run(image).strip()).isEqualTo(image.greeting());
    } finally {
      cluster.origin().kill();
      cluster.origin().start();
      cluster.awaitFleet();
    }
  }

  @Test
  void pullSucceedsWithoutUpstreamWhenTheImageIsInTheCluster(Lab lab) {
    TestImage image = lab.mediumImage("shoal-no-upstream");
    CentralRegistry registry = lab.registry();
    lab.docker(1).pull(image, LIMIT);
    DockerDaemon second = lab.docker(2);
    registry.stop();
    try {
      assertUndisturbed(second.pull(image, LIMIT));
      assertThat(second.run(image).strip()).isEqualTo(image.greeting());
    } finally {
      registry.start();
    }
  }

  @Test
  void tagsAndDigestsMeanWhatTheyMeantWhileUpstreamIsDown(Lab lab) {
    TestImage image = lab.smallImage("shoal-outage-tag");
    ShoalProcess agent = lab.cluster().agent(3);
    DockerDaemon docker = lab.docker(3);
    ContainerTools tools = lab.containerTools("outage");
    tools.useMirror(agent.url());
    docker.pull(image, LIMIT);
    docker.remove(image.dockerName());
    lab.registry().stop();
    try {
      URI tag = agent.url().resolve("/v2/" + image.repository() + "/manifests/" + image.tag());
      Await.until(
          "the tag to be served stale, and marked",
          LIMIT,
          () ->
              agent
                  .http()
                  .get(tag, "")
                  .headers()
                  .firstValue("Warning")
                  .filter(warning -> warning.startsWith("110 "))
                  .isPresent());
      for (String name : List.of(image.dockerName(), image.dockerPin())) {
        docker.pull(name, LIMIT);
        docker.remove(name);
        String podmans = "docker.io/library/" + name;
        assertThat(tools.podman("pull", podmans).status()).as(podmans).isZero();
        assertThat(tools.podman("rmi", "--all").status()).isZero();
      }
    } finally {
      lab.registry().start();
    }
  }

  /** Docker heals a broken stream by itself, after five seconds; there must be nothing to heal. */
  private static void assertUndisturbed(DockerDaemon.Pull pull) {
    assertThat(pull.messages()).noneMatch(message -> message.contains("Retrying"));
  }
}
