package io.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.shoal.cli.pull.BlobTarget;
import io.shoal.cli.pull.ImagePull;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import io.shoal.service.UpstreamMeters;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/metrics.md is what a working cluster shows. */
class MetricsPageTest {

  private static final Path PAGE = Path.of("..", "docs", "metrics.md");
  private static final Path MONITORING = Path.of("..", "helm", "chart", "monitoring");

  private static final Pattern NAME = Pattern.compile("shoal_[a-z_]+");
  private static final Pattern LABEL = Pattern.compile("[{,]([a-z_]+)=\"");

  private static final String INTRODUCTION =
      """
      # Metrics

      <!-- Generated from what a working cluster shows: run MetricsPageTest, then
           cp cli/target/metrics.md docs/metrics.md -->

      Every server shows its numbers at `/metrics`, in Prometheus' text form: those below, and the usual
      `jvm_*`, `process_*` and `system_*`. Counters run from the start of the process; bytes and seconds
      are base units. A label has few values: methods and statuses of HTTP, the states and sources that
      the text names, and for `registry` at most 256 names and `other`. The Helm chart has alerts and a
      dashboard made of them (`prometheusRule`, `dashboard`).

      A histogram has `_bucket`, `_sum` and `_count`, a summary `_sum` and `_count`; beside each stands a
      gauge `_max`, the largest value lately.

      | Metric | Type | Labels | Shown by | |
      |---|---|---|---|---|
      """;

  @TempDir static Path folder;
  private static final Map<String, Family> FAMILIES = new TreeMap<>();

  /** A metric with all its series. */
  private static final class Family {
    String type = "";
    String help = "";
    final Set<String> labels = new TreeSet<>();
    final Set<String> servers = new TreeSet<>();
  }

  @BeforeAll
  static void scrapeAClusterThatWorks() throws Exception {
    try (LocalNode node = LocalNode.start(folder)) {
      ImageReference image = ImageReference.parse(LocalNode.IMAGE);
      ImagePull pull =
          new ImagePull(
              node.agent(),
              image.registry() + "/" + image.repository(),
              image.manifestReference(),
              Platform.own(),
              BlobTarget.NOWHERE);
      pull.run();
      OkHttpClient open = new OkHttpClient();
      OkHttpClient members =
          PinnedClient.forOperator(ClusterFile.read(node.cluster().clusterFile()));
      read("agent", scrape(open, node.agent()));
      read("origin", scrape(members, node.origin()));
      read("tracker", scrape(members, node.tracker()));
      scrape(open, node.registryProxy().resolve("/v2/"));
      read("registry-proxy", scrape(open, node.registryProxy()));
    }
    // The registry of the test says nothing of rates.
    PrometheusMeterRegistry told = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new UpstreamMeters(told).answered("docker.io", 200, OptionalLong.of(100), OptionalLong.of(9));
    read("agent", told.scrape());
    read("origin", told.scrape());
  }

  private static String scrape(OkHttpClient http, URI server) throws IOException {
    URI uri = server.getPath().isEmpty() ? server.resolve("/metrics") : server;
    try (Response response =
        http.newCall(new Request.Builder().url(uri.toString()).build()).execute()) {
      return response.body().string();
    }
  }

  private static void read(String server, String text) {
    for (String line : text.lines().filter(l -> l.contains("shoal_")).toList()) {
      if (line.startsWith("# ")) {
        String[] words = line.split(" ", 4);
        Family family = FAMILIES.computeIfAbsent(words[2], name -> new Family());
        family.servers.add(server);
        if (words[1].equals("TYPE")) {
          family.type = words[3];
        } else {
          family.help = words.length > 3 ? words[3] : "";
        }
      } else {
        Matcher name = NAME.matcher(line);
        if (name.lookingAt()) {
          labels(FAMILIES.get(family(name.group())), line);
        }
      }
    }
  }

  private static String family(String series) {
    return FAMILIES.containsKey(series) ? series : series.replaceFirst("_(bucket|sum|count)$", "");
  }

  private static void labels(Family family, String line) {
    for (Matcher label = LABEL.matcher(line); label.find(); ) {
      if (!label.group(1).equals("le")) {
        family.labels.add(label.group(1));
      }
    }
  }

  private static String page() {
    return INTRODUCTION
        + FAMILIES.entrySet().stream()
            .filter(e -> !e.getKey().endsWith("_max"))
            .map(e ->
                "| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                        e.getKey(),
                        e.getValue().type,
                        String.join(", ", e.getValue().labels),
                        String.join(", ", e.getValue().servers),
                        e.getValue().help))
            .collect(Collectors.joining());
  }

  @Test
  void thePageInTheDocumentationIsWhatAClusterShows() throws IOException {
    String page = page();
    Files.writeString(Path.of("target", "metrics.md"), page);

    assertThat(Files.readString(PAGE))
        .as("stale; run: cp cli/target/metrics.md docs/metrics.md")
        .isEqualTo(page);
  }

  @Test
  void everyMetricSaysWhatItIs() {
    Map<String, String> silent = new LinkedHashMap<>();
    FAMILIES.forEach((name, family) -> {
      if (family.help.isBlank()) {
        silent.put(name, family.type);
      }
    });

    assertThat(FAMILIES).hasSizeGreaterThan(30);
    assertThat(silent).isEmpty();
  }

  @Test
  void alertsAndDashboardOfTheChartAskForWhatAClusterShows() throws IOException {
    for (String file : Set.of("rules.yaml", "dashboard.json")) {
      Set<String> asked =
          NAME.matcher(Files.readString(MONITORING.resolve(file)))
              .results()
              .map(found -> family(found.group()))
              .collect(Collectors.toCollection(TreeSet::new));

      assertThat(asked).as(file).hasSizeGreaterThan(5);
      assertThat(FAMILIES.keySet()).as(file).containsAll(asked);
    }
  }
}
