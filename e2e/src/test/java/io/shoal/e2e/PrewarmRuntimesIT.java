package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.Cluster;
import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.Containerd;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.PrewarmCalls;
import io.shoal.e2e.lab.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that go on until the nodes' runtimes have the image. */
@EndToEnd
class PrewarmRuntimesIT {

  @TempDir private Path dir;

  @Test
  void whatARuntimeWasGivenRunsWhenEverythingElseIsGone(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-prewarm-runtimes");
    Cluster cluster = lab.cluster();
    PrewarmCalls prewarm = new PrewarmCalls(lab, cluster);
    List<DockerDaemon> dockers = IntStream.rangeClosed(1, 3).mapToObj(lab::docker).toList();
    Path three = Files.writeString(dir.resolve("three"), "agent-1\nagent-2\nagent-3\n");
    Path fourth = Files.writeString(dir.resolve("fourth"), "agent-4\n");
    try (Containerd containerd = lab.startContainerd("containerd-4", cluster.agent(4).url())) {
      assertThat(prewarm.run(image.fullName(), "--runtime=docker", "--nodes=" + three))
          .contains("3 of 3 nodes done");
      assertThat(prewarm.run(image.fullName(), "--runtime=containerd", "--nodes=" + fourth))
          .contains("1 of 1 nodes done");
      Commands.Result absent =
          prewarm.tryRun(image.fullName(), "--runtime=docker", "--nodes=" + fourth);
      assertThat(absent.status()).isEqualTo(1);
      assertThat(absent.output()).contains("agent-4 failed: there is no docker here");

      lab.registry().stop();
      cluster.origin().kill();
      cluster.tracker().kill();
      try {
        for (DockerDaemon docker : dockers) {
          assertThat(docker.run(image)).contains(image.greeting());
          assertThat(docker.names(image)).containsExactly(image.dockerName());
        }
        assertThat(containerd.runAsPod(image)).contains(image.greeting());
      } finally {
        lab.registry().start();
        cluster.tracker().start();
        cluster.origin().start();
        cluster.awaitFleet();
      }
    }
  }
}
