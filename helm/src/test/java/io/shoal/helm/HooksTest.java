package io.shoal.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.shoal.agent.AgentConfig;
import io.shoal.config.ConfigLoader;
import io.shoal.config.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs besides the servers: hooks, helm test, and the container with the runtime's socket. */
class HooksTest {

  @TempDir private Path scratch;

  private List<JsonNode> objects(String set) throws IOException {
    return Chart.objects(scratch, ValueSets.named(set));
  }

  // The Secret of the cluster

  @Test
  void theSecretIsMadeByAJobThatMayDoNothingElse() throws IOException {
    List<JsonNode> objects = objects("defaults");

    JsonNode job = Chart.object(objects, "Job", "shoal-cluster-secret");
    assertThat(hook(job)).isEqualTo("pre-install,pre-upgrade");
    assertThat(line(container(job, "cluster-secret")))
        .startsWith("kubernetes cluster-secret shoal-cluster --label");
    JsonNode role = Chart.object(objects, "Role", "shoal-cluster-secret");
    assertThat(role.path("rules"))
        .hasToString("[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"create\"]}]");
    assertBound(objects, "shoal-cluster-secret", job);
  }

  @Test
  void everyPodTakesTheSecretThatIsMadeOrTheOneThatIsThere() throws IOException {
    assertThat(clusterSecrets("defaults")).containsOnly("shoal-cluster");
    assertThat(clusterSecrets("watched")).containsOnly("images-cluster");
    assertThat(clusterSecrets("own secret")).containsOnly("my-cluster");
    assertThat(objects("own secret"))
        .noneMatch(o -> o.at("/metadata/name").asText().equals("shoal-cluster-secret"));
  }

  private List<String> clusterSecrets(String set) throws IOException {
    return objects(set).stream().flatMap(o -> o.findValuesAsText("secretName").stream()).toList();
  }

  // helm uninstall

  @Test
  void everyNodeThatAnAgentMayBeOnIsRestoredAfterTheAgentsAreGone() throws IOException {
    List<JsonNode> objects = objects("k3s");
    JsonNode agents = Chart.object(objects, "DaemonSet", "shoal-agent").at("/spec/template/spec");
    JsonNode set = Chart.object(objects, "DaemonSet", "shoal-restore");
    JsonNode pods = set.at("/spec/template/spec");

    assertThat(hook(set)).isEqualTo("post-delete");
    for (String where : List.of("nodeSelector", "tolerations", "affinity", "priorityClassName")) {
      assertThat(pods.path(where)).as(where).isEqualTo(agents.path(where));
    }
    JsonNode setup = agents.at("/initContainers/1");
    JsonNode restore = pods.at("/initContainers/0");
    assertThat(line(setup)).startsWith("node setup --runtime containerd --mirror ");
    assertThat(line(restore))
        .isEqualTo(line(setup).replace("setup", "restore").replaceAll(" --mirror [^ ]+", ""));
    assertThat(restore.path("volumeMounts")).isEqualTo(setup.path("volumeMounts"));
    assertThat(restore.path("securityContext")).isEqualTo(setup.path("securityContext"));
    assertThat(line(container(set, "restored"))).isEqualTo("kubernetes hold");
    assertThat(pods.at("/restartPolicy").isMissingNode())
        .as("as every pod of a DaemonSet")
        .isTrue();
  }

  @Test
  void theUninstallWaitsForTheNodesByAJobThatSeesOneObject() throws IOException {
    List<JsonNode> objects = objects("defaults");

    JsonNode job = Chart.object(objects, "Job", "shoal-restore");
    assertThat(hook(job)).isEqualTo("post-delete");
    assertThat(line(container(job, "await-restore")))
        .isEqualTo("kubernetes await-restore shoal-restore --seconds 240");
    assertThat(weight(job))
        .isGreaterThan(weight(Chart.object(objects, "DaemonSet", "shoal-restore")));
    assertThat(Chart.object(objects, "Role", "shoal-restore").path("rules"))
        .hasToString(
            "[{\"apiGroups\":[\"apps\"],\"resourceNames\":[\"shoal-restore\"],"
                + "\"resources\":[\"daemonsets\"],\"verbs\":[\"get\"]}]");
    assertBound(objects, "shoal-restore", job);
  }

  @Test
  void nodesThatWereLeftAloneAreNotRestored() throws IOException {
    assertThat(objects("nodes left alone"))
        .noneMatch(o -> o.at("/metadata/name").asText().equals("shoal-restore"));
  }

  @Test
  void theCacheIsEmptiedByItsOwnerUnlessItIsToBeKept() throws IOException {
    for (String set : List.of("defaults", "nodes left alone but for the cache")) {
      JsonNode pods =
          Chart.object(objects(set), "DaemonSet", "shoal-restore").at("/spec/template/spec");
      JsonNode removal = pods.at("/initContainers/" + (pods.path("initContainers").size() - 1));
      assertThat(line(removal))
          .isEqualTo("kubernetes remove-cache /var/lib/shoal/agent --seconds 60");
      assertThat(removal.at("/securityContext/runAsUser").isMissingNode()).isTrue();
    }
    assertThat(Chart.objects(scratch, "agent: {cacheOnUninstall: keep}").toString())
        .contains("node-restore")
        .doesNotContain("cache-removal");
  }

  @Test
  void nothingOfAHookIsLeftWhenItIsThrough() throws IOException {
    for (JsonNode object : objects("defaults")) {
      if (!hook(object).isEmpty()) {
        assertThat(object.at("/metadata/annotations/" + Chart.HOOK + "-delete-policy").asText())
            .as("%s", object.at("/metadata/name"))
            .isEqualTo("before-hook-creation,hook-succeeded");
      }
    }
  }

  private static void assertBound(List<JsonNode> objects, String account, JsonNode job) {
    assertThat(job.at("/spec/template/spec/serviceAccountName").asText()).isEqualTo(account);
    for (String kind : List.of("ServiceAccount", "Role", "RoleBinding")) {
      JsonNode object = Chart.object(objects, kind, account);
      assertThat(hook(object)).isEqualTo(hook(job));
      assertThat(weight(object)).isLessThan(weight(job));
    }
    JsonNode binding = Chart.object(objects, "RoleBinding", account);
    assertThat(binding.at("/roleRef/name").asText()).isEqualTo(account);
    assertThat(binding.at("/subjects/0/name").asText()).isEqualTo(account);
    assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo("shoal-system");
  }

  // helm test

  @Test
  void theTestPullsAnImageThroughAnAgent() throws IOException {
    JsonNode pod = Chart.object(objects("defaults"), "Pod", "shoal-test");
    assertThat(hook(pod)).isEqualTo("test");
    assertThat(line(container(pod, "pull")))
        .isEqualTo(
            "pull registry.k8s.io/pause:3.10 --agent"
                + " http://shoal-agent.shoal-system.svc.cluster.local:4600 --to /pulled/image");
    assertThat(pod.at("/spec/hostNetwork").asBoolean()).isFalse();

    JsonNode onTheNode = Chart.object(objects("host network"), "Pod", "shoal-test");
    assertThat(line(container(onTheNode, "pull"))).contains("--agent http://127.0.0.1:5000 ");
    assertThat(line(container(onTheNode, "agent"))).startsWith("health http://127.0.0.1:5000 ");
    assertThat(onTheNode.at("/spec/hostNetwork").asBoolean()).isTrue();

    JsonNode without = Chart.object(objects("no test image"), "Pod", "shoal-test");
    assertThat(without.at("/spec/containers").findValuesAsText("name")).doesNotContain("pull");
  }

  // Access to a runtime

  @Test
  void nobodyHasARuntimesSocketUnlessItIsAskedFor() throws IOException {
    for (JsonNode object : objects("defaults")) {
      assertThat(object.toString()).doesNotContain(".sock").doesNotContain("runtime-access");
    }
  }

  @Test
  void theSocketIsInAContainerOfItsOwnThatTheAgentReachesBySharedMemory() throws Exception {
    JsonNode agents = Chart.object(objects("runtime access"), "DaemonSet", "shoal-agent");
    JsonNode access = container(agents, "runtime-access");

    assertThat(line(access)).isEqualTo("runtime-access");
    assertThat(access.at("/securityContext/runAsUser").asInt(-1)).isZero();
    assertThat(access.at("/securityContext/capabilities").toString())
        .isEqualTo("{\"drop\":[\"ALL\"]}");
    assertThat(access.path("volumeMounts").findValuesAsText("mountPath"))
        .containsExactly(
            "/run/shoal/runtime-access", "/run/containerd/containerd.sock", "/etc/shoal/prewarm");
    assertThat(container(agents, "agent").path("volumeMounts").findValuesAsText("name"))
        .contains("runtime-bridge", "prewarm-credentials")
        .doesNotContain("runtime-socket");
  }

  @Test
  void bothSidesOfTheBridgeAreToldTheSame() throws Exception {
    List<JsonNode> objects = objects("runtime access");
    AgentConfig agent = agentConfig(objects);
    AgentConfig access = accessConfig(objects);

    assertThat(agent.prewarm().runtimeAccess().bridge())
        .isPresent()
        .isEqualTo(access.prewarm().runtimeAccess().bridge());
    assertThat(agent.prewarm().runtimeAccess().allow())
        .isEqualTo(access.prewarm().runtimeAccess().allow());
    assertThat(agent.prewarm().credentials()).isEqualTo(access.prewarm().credentials());
    assertThat(agent.prewarm().credentials()).containsKey("team");
  }

  @Test
  void dockerIsToldWhereTheAgentIsAndWhatItsDefaultRegistryIs() throws Exception {
    AgentConfig access = accessConfig(objects("docker access"));

    assertThat(access.prewarm().runtimeAccess().dockerSocket())
        .isEqualTo(Path.of("/run/docker/d.sock"));
    assertThat(access.prewarm().runtimeAccess().endpoint())
        .contains(new HostPort("127.0.0.1", 5000));
    assertThat(access.upstreams().names().defaultUpstream()).isEqualTo("registry.example.com:5000");
  }

  private AgentConfig agentConfig(List<JsonNode> objects) throws Exception {
    String file = Chart.object(objects, "ConfigMap", "shoal-agent").at("/data/agent.yml").asText();
    Path path = Files.writeString(scratch.resolve("agent.yml"), file);
    return ConfigLoader.load(
        AgentConfig.class, AgentConfig.ENV_PREFIX, Optional.of(path), Map.of());
  }

  private static AgentConfig accessConfig(List<JsonNode> objects) throws Exception {
    JsonNode agents = Chart.object(objects, "DaemonSet", "shoal-agent");
    Map<String, String> environment = new HashMap<>();
    container(agents, "runtime-access")
        .path("env")
        .forEach(e -> environment.put(e.path("name").asText(), e.path("value").asText()));
    return ConfigLoader.load(
        AgentConfig.class, AgentConfig.ENV_PREFIX, Optional.empty(), environment);
  }

  private static String hook(JsonNode object) {
    return object.at("/metadata/annotations/" + Chart.HOOK).asText();
  }

  private static int weight(JsonNode object) {
    return object.at("/metadata/annotations/" + Chart.HOOK + "-weight").asInt();
  }

  private static String line(JsonNode container) {
    return String.join(
        " ",
        StreamSupport.stream(container.path("args").spliterator(), false)
            .map(JsonNode::asText)
            .toList());
  }

  private static JsonNode container(JsonNode object, String name) {
    JsonNode pod =
        object.path("kind").asText().equals("Pod")
            ? object.get("spec")
            : object.at("/spec/template/spec");
    for (JsonNode container : pod.path("containers")) {
      if (container.path("name").asText().equals(name)) {
        return container;
      }
    }
    throw new AssertionError("no container " + name);
  }
}
