package io.shoal.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.core.metrics.LabelLimit;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Shows how central registries answer, and how much they still allow. Thread-safe. */
public final class UpstreamMeters {

  /** Only patterns in an allow-list can bring more names about. */
  private static final int MAX_REGISTRIES = 256;

  private final MeterRegistry meters;
  private final LabelLimit registries = new LabelLimit(MAX_REGISTRIES);
  private final Map<String, AtomicLong> values = new ConcurrentHashMap<>();

  /** Shows it in this registry. */
  public UpstreamMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /** A registry has answered; limit and remaining are those of its pull rate, if it told. */
  public void answered(String registry, int status, OptionalLong limit, OptionalLong remaining) {
    String name = registries.of(registry);
    Counter.builder("shoal.upstream.requests")
        .description("Answers of central registries; 429 is too many requests")
        .tag("registry", name)
        .tag("status", String.valueOf(status))
        .register(meters)
        .increment();
    limit.ifPresent(value -> show("shoal.upstream.rate.limit", name, value));
    remaining.ifPresent(value -> show("shoal.upstream.rate.remaining", name, value));
  }

  private void show(String gauge, String registry, long value) {
    values
        .computeIfAbsent(
            gauge + " " + registry,
            key -> {
              AtomicLong shown = new AtomicLong();
              Gauge.builder(gauge, shown, AtomicLong::get)
                  .description("Pulls that the registry allows in its window, or still allows")
                  .tag("registry", registry)
                  .register(meters);
              return shown;
            })
        .set(value);
  }
}
