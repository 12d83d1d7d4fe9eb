package io.shoal.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.LintResult;
import io.shoal.agent.AgentConfig;
import io.shoal.config.ConfigLoader;
import io.shoal.origin.OriginConfig;
import io.shoal.proxy.ProxyConfig;
import io.shoal.tracker.TrackerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChartTest {

  private static final Map<String, Class<? extends Record>> CONFIGURATIONS =
      Map.of(
          "agent", AgentConfig.class,
          "origin", OriginConfig.class,
          "tracker", TrackerConfig.class,
          "registry-proxy", ProxyConfig.class);

  private static final Set<String> WORKLOADS =
      Set.of("DaemonSet", "StatefulSet", "Deployment", "Job", "Pod");

  @TempDir Path scratch;

  @ParameterizedTest
  @MethodSource("io.shoal.helm.ValueSets#names")
  void lintsStrictly(String set) throws IOException {
    LintResult result = Chart.lint(scratch, ValueSets.named(set));

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("io.shoal.helm.ValueSets#names")
  void makesObjectsThatKubernetesKnowsEachOnce(String set) throws IOException {
    List<JsonNode> objects = Chart.objects(scratch, ValueSets.named(set));

    Set<String> names = new HashSet<>();
    for (JsonNode object : objects) {
      String name = object.path("kind").asText() + " " + object.at("/metadata/name").asText();
      assertThatCode(() -> TypedObjects.check(object)).as(name).doesNotThrowAnyException();
      assertThat(names.add(name)).as("%s is there once", name).isTrue();
    }
    assertThat(names).hasSizeGreaterThanOrEqualTo(12);
  }

  @ParameterizedTest
  @MethodSource("io.shoal.helm.ValueSets#names")
  void everyConfigurationIsOneThatItsServerTakes(String set) throws Exception {
    List<JsonNode> objects = Chart.objects(scratch, ValueSets.named(set));

    int read = 0;
    for (JsonNode object : objects) {
      if (!object.path("kind").asText().equals("ConfigMap")) {
        continue;
      }
      Map.Entry<String, JsonNode> file = object.get("data").fields().next();
      if (file.getKey().endsWith(".yml")) {
        String role = file.getKey().replace(".yml", "");
        Path path = Files.writeString(scratch.resolve(file.getKey()), file.getValue().asText());
        ConfigLoader.load(
            CONFIGURATIONS.get(role),
            "SHOAL_" + role.replace("-", "_").toUpperCase(Locale.ROOT),
            Optional.of(path),
            environment(objects, role));
        read++;
      }
    }
    assertThat(read).isGreaterThanOrEqualTo(3);
  }

  /** What the role's container has in its environment; what Kubernetes fills in by an example. */
  private static Map<String, String> environment(List<JsonNode> objects, String role) {
    Map<String, String> environment = new HashMap<>();
    for (JsonNode object : objects) {
      for (JsonNode container : object.at("/spec/template/spec/containers")) {
        if (container.path("name").asText().equals(role)) {
          container
              .path("env")
              .forEach(env ->
                  environment.put(env.path("name").asText(), env.path("value").asText("example")));
        }
      }
    }
    return environment;
  }

  @ParameterizedTest
  @MethodSource("io.shoal.helm.ValueSets#names")
  void everyContainerIsReadOnlyWithoutRightsAndOnlyTheNodesFoldersAreForRoot(String set)
      throws IOException {
    int containers = 0;
    for (JsonNode object : Chart.objects(scratch, ValueSets.named(set))) {
      if (WORKLOADS.contains(object.path("kind").asText())) {
        JsonNode pod =
            object.path("kind").asText().equals("Pod")
                ? object.get("spec")
                : object.at("/spec/template/spec");
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true))
            .as("only the Jobs of hooks have a token")
            .isEqualTo(object.path("kind").asText().equals("Job"));
        for (JsonNode container : pod.path("containers")) {
          assertBound(container);
          assertThat(container.at("/resources/limits/memory").isMissingNode()).isFalse();
          if (container.path("name").asText().equals("runtime-access")) {
            assertThat(mounts(container))
                .isSubsetOf("runtime-bridge", "runtime-socket", "prewarm-credentials");
          } else {
            assertThat(container.at("/securityContext/runAsUser").isMissingNode()).isTrue();
          }
          containers++;
        }
        for (JsonNode container : pod.path("initContainers")) {
          assertBound(container);
          assertThat(mounts(container)).isSubsetOf("cache", "node-config", "node-state");
        }
      }
    }
    assertThat(containers).isGreaterThanOrEqualTo(5);
  }

  private static List<String> mounts(JsonNode container) {
    return container.path("volumeMounts").findValuesAsText("name");
  }

  private static void assertBound(JsonNode container) {
    JsonNode security = container.get("securityContext");
    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
  }

  @Test
  void eachRoleGetsOnlyTheFilesOfTheClusterThatItNeeds() throws IOException {
    List<JsonNode> objects = Chart.objects(scratch, "registryProxy: {enabled: true}");

    assertThat(clusterFiles(Chart.object(objects, "DaemonSet", "shoal-agent")))
        .containsExactly("cluster.yml");
    assertThat(clusterFiles(Chart.object(objects, "Deployment", "shoal-registry-proxy")))
        .containsExactly("cluster.yml");
    assertThat(clusterFiles(Chart.object(objects, "StatefulSet", "shoal-tracker")))
        .containsExactly("cluster.yml", "server.pem");
    assertThat(clusterFiles(Chart.object(objects, "StatefulSet", "shoal-origin")))
        .containsExactly("cluster.yml", "server.pem", "origin.key");
  }

  private static List<String> clusterFiles(JsonNode workload) {
    for (JsonNode volume : workload.at("/spec/template/spec/volumes")) {
      if (volume.path("name").asText().equals("cluster")) {
        return volume.at("/secret/items").findValuesAsText("key");
      }
    }
    throw new AssertionError("no cluster files");
  }

  @Test
  void theRuntimeReachesTheAgentOnTheNodesLoopbackOnly() throws IOException {
    JsonNode hostPort = agent("");
    assertThat(hostPort.at("/ports/0/hostPort").asInt()).isEqualTo(4600);
    assertThat(hostPort.at("/ports/0/hostIP").asText()).isEqualTo("127.0.0.1");

    List<JsonNode> objects = Chart.objects(scratch, ValueSets.named("host network"));
    String config =
        Chart.object(objects, "ConfigMap", "shoal-agent").at("/data/agent.yml").asText();
    assertThat(Chart.YAML.readTree(config).path("listen").asText()).isEqualTo("127.0.0.1:5000");
  }

  @Test
  void aNodesPortLeadsToItsOwnAgent() throws IOException {
    JsonNode service =
        Chart.object(
            Chart.objects(scratch, ValueSets.named("node port")), "Service", "shoal-agent-node");

    assertThat(service.at("/spec/internalTrafficPolicy").asText()).isEqualTo("Local");
    assertThat(service.at("/spec/externalTrafficPolicy").asText()).isEqualTo("Local");
    assertThat(service.at("/spec/ports/0/nodePort").asInt()).isEqualTo(30500);
  }

  @Test
  void nodesAreSetUpAndRestoredWithTheRuntimesOwnFolder() throws IOException {
    assertThat(nodeStep(""))
        .isEqualTo("node setup --runtime containerd --mirror http://127.0.0.1:4600 --root /host");
    assertThat(nodeStep(ValueSets.named("restore")))
        .isEqualTo("node restore --runtime docker --root /host");
    assertThat(nodeStep(ValueSets.named("k3s")))
        .contains("--config /var/lib/rancher/k3s/agent/etc/containerd/config.toml --root /host");
  }

  private String nodeStep(String values) throws IOException {
    JsonNode agents = Chart.object(Chart.objects(scratch, values), "DaemonSet", "shoal-agent");
    JsonNode step = agents.at("/spec/template/spec/initContainers/1");
    StringBuilder line = new StringBuilder();
    step.path("args").forEach(word -> line.append(line.isEmpty() ? "" : " ").append(word.asText()));
    return line.toString();
  }

  private JsonNode agent(String values) throws IOException {
    return Chart.object(Chart.objects(scratch, values), "DaemonSet", "shoal-agent")
        .at("/spec/template/spec/containers/0");
  }

  @Test
  void aChangedConfigurationRollsThePods() throws IOException {
    String checksum = "/spec/template/metadata/annotations/checksum~1config";
    String before =
        Chart.object(Chart.objects(scratch, ""), "DaemonSet", "shoal-agent").at(checksum).asText();
    String after =
        Chart.object(Chart.objects(scratch, "logFormat: human"), "DaemonSet", "shoal-agent")
            .at(checksum)
            .asText();

    assertThat(before).isNotEmpty().isNotEqualTo(after);
  }

  @Test
  void theDefaultsMakeWhatTheyMadeBefore() throws IOException {
    Path golden = Path.of("src/test/resources/defaults.yaml");
    String rendered = Chart.render(scratch, "");
    if (Boolean.getBoolean("update")) {
      Files.writeString(golden, rendered);
    }

    assertThat(rendered)
        .as("if meant: ./mvnw -pl helm -am test -Dtest=ChartTest -Dupdate=true")
        .isEqualTo(Files.readString(golden));
  }

  @Test
  void theTypedCheckRefusesWhatKubernetesWould() throws IOException {
    JsonNode agents = Chart.object(Chart.objects(scratch, ""), "DaemonSet", "shoal-agent");
    ((ObjectNode) agents.at("/spec/template/spec/containers/0")).put("imagePullPolice", "Always");

    assertThatThrownBy(() -> TypedObjects.check(agents))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("imagePullPolice");
  }
}
