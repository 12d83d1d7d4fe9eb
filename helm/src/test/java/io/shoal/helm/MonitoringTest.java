package io.shoal.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts and dashboard ask for metrics that there are; docs/metrics.md lists these. */
class MonitoringTest {

  private static final Path PAGE = Path.of("..", "docs", "metrics.md");
  private static final Pattern METRIC = Pattern.compile("shoal_[a-z_]+");

  @TempDir private Path scratch;
  private List<JsonNode> objects;

  @BeforeEach
  void render() throws IOException {
    objects = Chart.objects(scratch, ValueSets.named("watched"));
  }

  @Test
  void alertsAskForMetricsThatThereAreAndSayWhatToDo() throws IOException {
    JsonNode rule = Chart.object(objects, "PrometheusRule", "images");
    assertThat(rule.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
    List<JsonNode> alerts = new ArrayList<>();
    rule.at("/spec/groups").forEach(group -> group.path("rules").forEach(alerts::add));

    assertThat(alerts).hasSizeGreaterThan(5);
    for (JsonNode alert : alerts) {
      assertKnown(alert.path("expr").asText());
      assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
      assertThat(alert.at("/annotations/description").asText()).isNotBlank();
      assertThat(alert.at("/labels/severity").asText()).isIn("warning", "critical");
    }
  }

  @Test
  void theDashboardAsksForMetricsThatThereAre() throws IOException {
    JsonNode config = Chart.object(objects, "ConfigMap", "images-dashboard");
    assertThat(config.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    JsonNode dashboard = new ObjectMapper().readTree(config.at("/data/shoal.json").asText());

    assertThat(dashboard.path("panels").size()).isGreaterThan(10);
    for (JsonNode panel : dashboard.path("panels")) {
      assertThat(panel.path("title").asText()).isNotBlank();
      assertThat(panel.path("targets")).isNotEmpty();
      panel.path("targets").forEach(target -> assertKnown(target.path("expr").asText()));
    }
  }

  private static void assertKnown(String expression) {
    Set<String> asked = new TreeSet<>();
    for (Matcher name = METRIC.matcher(expression); name.find(); ) {
      asked.add(name.group());
    }
    assertThat(asked).as(expression).isNotEmpty();
    assertThat(known()).containsAll(asked);
  }

  /** A histogram or a timer of the page is three series for those who ask. */
  private static Set<String> known() {
    try {
      return METRIC
          .matcher(Files.readString(PAGE))
          .results()
          .map(found -> found.group())
          .flatMap(name -> List.of(name, name + "_bucket", name + "_count", name + "_sum").stream())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new AssertionError("no page of metrics", e);
    }
  }
}
