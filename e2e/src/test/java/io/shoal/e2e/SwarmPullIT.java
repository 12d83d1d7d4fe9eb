package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.AccessLog;
import io.shoal.e2e.lab.Cluster;
import io.shoal.e2e.lab.Containerd;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.ShoalProcess;
import io.shoal.e2e.lab.ShoalProcess.Sources;
import io.shoal.e2e.lab.TestImage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One image, several nodes: what a cluster with Shoal does all day. */
@EndToEnd
@TestMethodOrder(OrderAnnotation.class)
class SwarmPullIT {

  private static final long MANIFEST_BYTES = 16 << 10;

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int NODES = 3;

  /**
   * A blob that no swarm is made for comes whole from the origin; this is more than all of them.
   */
  private static final long SMALL_BLOBS = 1 << 20;

  @Test
  @Order(1)
  void threeDockersPullAtOnceAndEveryBlobLeavesTheRegistryOnce(Lab lab) {
    TestImage image = lab.largeImage();
    Cluster cluster = lab.cluster();
    List<DockerDaemon> dockers = IntStream.rangeClosed(1, NODES).mapToObj(lab::docker).toList();
    List<Sources> before = sources(cluster);
    AccessLog.Mark mark = lab.registry().accessLog().mark();

    List<CompletableFuture<DockerDaemon.Pull>> pulls =
        dockers.stream().map(docker -> docker.startPull(image, LIMIT)).toList();
    pulls.forEach(CompletableFuture::join);

    for (DockerDaemon docker : dockers) {
      assertThat(docker.run(image).strip()).as(docker.name()).isEqualTo(image.greeting());
    }
    lab.awaitSentOnce(image, mark);
    List<Sources> after = sources(cluster);
    long peers = 0;
    for (int node = 0; node < NODES; node++) {
      Sources came = after.get(node).minus(before.get(node));
      assertThat(came.total())
          .as("bytes that came to agent-%d: %s", node + 1, came)
          .isGreaterThanOrEqualTo(image.blobBytes() - SMALL_BLOBS);
      assertThat(came.upstream()).as("bytes from upstream to agent-%d", node + 1).isZero();
      peers += came.peer();
    }
    // Over all of them: who begins a moment before the others has nobody to have it from.
    assertThat(peers)
        .as("bytes from peers to all")
        .isGreaterThanOrEqualTo(NODES * image.blobBytes() / 4);
  }

  @Test
  @Order(2)
  void containerdPullsTheSameImageThroughAFourthAgent(Lab lab) {
    TestImage image = lab.largeImage();
    AccessLog.Mark mark = lab.registry().accessLog().mark();
    ShoalProcess agent = lab.cluster().agent(4);

    try (Containerd containerd = lab.startContainerd("containerd", agent.url())) {
      containerd.pull(image, LIMIT);
      assertThat(containerd.run(image).strip()).isEqualTo(image.greeting());
    }

    assertThat(lab.registry().accessLog().blobBytesSince(mark)).isEmpty();
  }

  @Test
  @Order(3)
  void anEmptyDockerPullsWithoutAByteFromUpstreamOrPeers(Lab lab) {
    TestImage image = lab.largeImage();
    ShoalProcess agent = lab.cluster().agent(1);
    Sources before = agent.sources();
    AccessLog.Mark mark = lab.registry().accessLog().mark();

    try (DockerDaemon docker = lab.startDocker("docker-empty", agent.url())) {
      docker.pull(image, LIMIT);
      assertThat(docker.run(image).strip()).isEqualTo(image.greeting());
    }

    Sources received = agent.sources().minus(before);
    assertThat(received.upstream()).isZero();
    assertThat(received.peer()).isZero();
    // What the tag names now is asked of the origin, whose answer is the manifest itself.
    assertThat(received.origin()).isLessThan(MANIFEST_BYTES);
    assertThat(lab.registry().accessLog().blobBytesSince(mark)).isEmpty();
  }

  private static List<Sources> sources(Cluster cluster) {
    return cluster.agents().stream().map(ShoalProcess::sources).toList();
  }
}
