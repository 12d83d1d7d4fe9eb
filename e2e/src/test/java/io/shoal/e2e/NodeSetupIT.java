package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.CriHost;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.ShoalProcess;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code shoal node setup} and {@code restore} on runtimes that nobody has pointed at anything. */
@EndToEnd
class NodeSetupIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void aRunningDockerUsesTheMirrorAfterSetupAndNoLongerAfterRestore(Lab lab) throws IOException {
    TestImage image = lab.smallImage("shoal-setup-docker");
    ShoalProcess agent = lab.cluster().agent(1);
    String before = "{ \"max-download-attempts\" : 1 }";
    try (DockerDaemon docker = lab.startConfiguredDocker("docker-setup", before)) {
      assertThat(docker.mirrors()).isEmpty();

      node(lab, docker, "setup", "--mirror", agent.url().toString());
      Await.until(
          "docker info to show the mirror",
          LIMIT,
          () -> docker.mirrors().equals(List.of(agent.url() + "/")));
      docker.pull(image, LIMIT);
      assertThat(agent.http().held(agent.url(), image)).isTrue();

      node(lab, docker, "restore");
      assertThat(docker.mirrors()).isEmpty();
      Path daemonJson = docker.root().resolve("etc/docker/daemon.json");
      assertThat(Files.readString(daemonJson)).isEqualTo(before);
    }
  }

  private static void node(Lab lab, DockerDaemon docker, String what, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("node", what, "--runtime", "docker", "--root", docker.root().toString()));
    arguments.addAll(List.of(more));
    Commands.Result result = lab.tryShoal(LIMIT, arguments);
    assertThat(result.status()).as(result.errors()).isZero();
    assertThat(result.output())
        .contains("told to read its configuration again")
        .doesNotContain("restart");
  }

  @Test
  void containerdPullsThroughTheAgentAfterSetupAndOneRestartAndNoLongerAfterRestore(Lab lab)
      throws IOException {
    TestImage image = lab.smallImage("shoal-setup-cri");
    TestImage later = lab.smallImage("shoal-setup-later");
    ShoalProcess agent = lab.cluster().agent(2);
    try (CriHost host = lab.startCriHost("cri-setup")) {
      String before = host.configuration();

      assertThat(setUp(host, agent)).contains("has to be restarted once");
      host.restart();
      assertThat(setUp(host, agent)).contains("set up already").doesNotContain("restarted");
      assertThat(host.pull(image)).isEmpty();
      assertThat(agent.http().held(agent.url(), image)).isTrue();

      Commands.Result restore = host.shoal("node", "restore", "--runtime", "containerd");
      assertThat(restore.status()).as(restore.output() + restore.errors()).isZero();
      assertThat(host.configuration()).isEqualTo(before);
      assertThat(host.etc().resolve("certs.d")).doesNotExist();
      // Nothing but the agent leads to this image.
      assertThat(host.pull(later).orElseThrow()).contains("registry-1.docker.io");
      assertThat(agent.http().held(agent.url(), later)).isFalse();
    }
  }

  private static String setUp(CriHost host, ShoalProcess agent) {
    Commands.Result setup =
        host.shoal("node", "setup", "--runtime", "containerd", "--mirror", agent.url().toString());
    assertThat(setup.status()).as(setup.errors()).isZero();
    return setup.output();
  }
}
