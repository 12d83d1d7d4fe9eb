package io.shoal.cli.dev;

import io.shoal.cli.dev.cluster.DevCluster;
import io.shoal.cli.dev.cluster.UpstreamImage;
import java.util.ArrayList;
import java.util.List;

/** What to type next, with the ports of this very cluster. */
final class TryOut {

  private TryOut() {}

  static List<String> lines(DevCluster cluster, UpstreamImage upstream) {
    String agent = cluster.agents().getFirst().host();
    String image = upstream.behind(agent);
    String name = upstream.behind("").substring(1);
    String manifest =
        "http://%s/v2/%s/manifests/%s"
            .formatted(agent, upstream.image().repository(), upstream.image().manifestReference());
    List<String> lines = new ArrayList<>();
    lines.add("The cluster keeps serving until Ctrl-C. Try, with any agent's port:");
    lines.add("");
    lines.add("  docker pull " + image);
    lines.add("  docker run --rm " + image);
    lines.add("");
    lines.add("or let Docker find the agent by itself, in /etc/docker/daemon.json:");
    lines.add("");
    lines.add("  {\"registry-mirrors\": [\"http://%s\"]}".formatted(agent));
    lines.add("  docker pull " + name);
    lines.add("");
    lines.add(
        "or containerd, in /etc/containerd/certs.d/%s/hosts.toml:".formatted(upstream.registry()));
    lines.add("");
    lines.add("  server = \"%s\"".formatted(upstream.url()));
    lines.add("  [host.\"http://%s\"]".formatted(agent));
    lines.add("    capabilities = [\"pull\", \"resolve\"]");
    lines.add("  ctr images pull --hosts-dir /etc/containerd/certs.d " + upstream.image());
    lines.add("");
    lines.add("or look inside:");
    lines.add("");
    lines.add("  curl -s " + manifest);
    for (DevCluster.Agent each : cluster.agents()) {
      lines.add("  curl -s %s/shoal/v1/stats    # %s".formatted(each.uri(), each.name()));
    }
    String tracker =
        " --tracker %s --cluster %s".formatted(cluster.tracker(), cluster.clusterFile());
    lines.add("  ./shoal status" + tracker);
    lines.add("");
    lines.add("or bring it onto the nodes before anybody pulls it:");
    lines.add("");
    lines.add("  ./shoal prewarm " + upstream.image() + tracker);
    return lines;
  }
}
