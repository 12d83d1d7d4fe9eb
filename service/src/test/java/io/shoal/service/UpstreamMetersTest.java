package io.shoal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UpstreamMetersTest {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final UpstreamMeters meters = new UpstreamMeters(registry);

  @Test
  void showsWhatIsStillAllowed() {
    meters.answered("docker.io", 200, OptionalLong.of(100), OptionalLong.of(76));
    meters.answered("docker.io", 429, OptionalLong.of(100), OptionalLong.of(0));
    meters.answered("ghcr.io", 200, OptionalLong.empty(), OptionalLong.empty());
    assertThat(registry.scrape())
        .contains("shoal_upstream_requests_total{registry=\"docker.io\",status=\"429\"} 1.0")
        .contains("shoal_upstream_rate_limit{registry=\"docker.io\"} 100.0")
        .contains("shoal_upstream_rate_remaining{registry=\"docker.io\"} 0.0")
        .doesNotContain("shoal_upstream_rate_limit{registry=\"ghcr.io\"}");
  }

  @Test
  void hasAnEndOfNames() {
    for (int i = 0; i < 300; i++) {
      meters.answered("host-" + i, 200, OptionalLong.of(1), OptionalLong.of(1));
    }
    assertThat(registry.scrape().lines().filter(line -> line.startsWith("shoal_upstream_rate")))
        .hasSize(2 * 257);
  }
}
