package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.Cluster;
import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.CriHost;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.KubeNode;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.Ports;
import io.shoal.e2e.lab.PrewarmCalls;
import io.shoal.e2e.lab.Program;
import io.shoal.e2e.lab.RenderedChart;
import io.shoal.e2e.lab.TestImage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the chart runs on a node, taken out of the rendered manifest and run as it stands there,
 * beside a containerd as Kubernetes uses it: from the install to the uninstall.
 */
@EndToEnd
class HelmChartIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String NODE = "kube-node";

  @TempDir private Path dir;

  @Test
  void aNodePullsThroughItsAgentFromInstallToUninstall(Lab lab) throws Exception {
    TestImage pulled = lab.smallImage("shoal-chart-pull");
    TestImage warmed = lab.smallImage("shoal-chart-prewarm");
    TestImage tested = lab.smallImage("shoal-chart-test");
    TestImage later = lab.smallImage("shoal-chart-later");
    Cluster cluster = lab.cluster();
    URI agent = URI.create("http://127.0.0.1:" + Ports.free());
    try (CriHost host = lab.startCriHost("cri-chart")) {
      String before = host.configuration();
      Path cache = lab.folder("chart-cache");
      RenderedChart chart = RenderedChart.with(dir, values(lab, agent, host, tested));
      KubeNode node =
          lab.kubeNode(
              NODE,
              chart,
              Map.of(
                  "/var/lib/shoal/agent",
                  cache,
                  "/var/lib/shoal/node-setup",
                  lab.folder("chart-node-setup"),
                  "/etc/containerd",
                  host.etc(),
                  host.socket().toString(),
                  host.socket()));
      JsonNode agents = chart.pod("DaemonSet", "shoal-agent");

      succeeded(node.run(agents, "cache-folder"));
      assertThat(Files.getAttribute(cache, "unix:uid")).isEqualTo(10001);
      assertThat(succeeded(node.run(agents, "node-setup"))).contains("has to be restarted once");
      host.restart();
      try (Program access = node.start(agents, "runtime-access");
          Program server = node.start(agents, "agent")) {
        awaitReady(cluster, agent, access, server);

        assertThat(host.pull(pulled)).isEmpty();
        assertThat(cluster.agent(1).http().held(agent, pulled)).isTrue();

        Path nodes = Files.writeString(dir.resolve("nodes"), NODE + "\n");
        assertThat(
                new PrewarmCalls(lab, cluster)
                    .run(warmed.fullName(), "--runtime=containerd", "--nodes=" + nodes))
            .contains("1 of 1 nodes done");
        assertThat(host.images()).contains(warmed.fullName());

        JsonNode test = chart.pod("Pod", "shoal-test");
        succeeded(node.run(test, "agent"));
        assertThat(succeeded(node.run(test, "pull"))).contains(tested.digest());
        assertThat(cluster.agent(1).http().held(agent, tested)).isTrue();

        JsonNode restore = chart.pod("DaemonSet", "shoal-restore");
        succeeded(node.run(restore, "node-restore"));
        assertThat(host.configuration()).isEqualTo(before);
        // Nothing but the agent, which is still there, leads to this image.
        assertThat(host.pull(later).orElseThrow()).contains("registry-1.docker.io");
        assertThat(cluster.agent(1).http().held(agent, later)).isFalse();
      }
      succeeded(node.run(chart.pod("DaemonSet", "shoal-restore"), "cache-removal"));
      assertThat(cache).isEmptyDirectory();
    }
  }

  private static String values(Lab lab, URI agent, CriHost host, TestImage tested) {
    return """
    listenHost: 127.0.0.1
    logFormat: human
    agent:
      endpoint: {type: hostNetwork, port: %d}
      peerPort: %d
      config:
        tracker: %s
        origins: ["%s"]
    prewarm:
      runtimeAccess: {enabled: true, socket: %s}
    test: {image: "%s"}
    %s
    """
        .formatted(
            agent.getPort(),
            Ports.free(),
            lab.cluster().tracker().url(),
            lab.cluster().origin().url(),
            host.socket(),
            tested.fullName(),
            lab.upstreams());
  }

  private static void awaitReady(Cluster cluster, URI agent, Program... containers) {
    Await.until(
        "the agent of the chart to be in the fleet",
        LIMIT,
        () -> {
          for (Program container : containers) {
            if (!container.alive()) {
              throw new Await.GaveUp(container.name() + " has ended:\n" + container.tail());
            }
          }
          return cluster.knows(NODE)
              && cluster.agent(1).http().get(agent.resolve("/health/ready"), "").statusCode()
                  == 200;
        });
  }

  private static String succeeded(Commands.Result result) {
    assertThat(result.status()).as(result.output() + result.errors()).isZero();
    return result.output();
  }
}
