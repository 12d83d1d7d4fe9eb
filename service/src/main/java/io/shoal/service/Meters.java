package io.shoal.service;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;

/** The registry that every service keeps its numbers in. */
public final class Meters {

  private Meters() {}

  /** A new registry with the numbers of the process itself; whoever made it closes it. */
  public static PrometheusMeterRegistry ofProcess() {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    return meters;
  }

  /** Shows how many requests waited for work that was under way for another one. */
  public static void coalesced(MeterRegistry meters, String kind, Supplier<Number> count) {
    FunctionCounter.builder("shoal.coalesced.requests", count, c -> c.get().doubleValue())
        .description("Requests that waited for a fetch that was under way for another one")
        .tag("kind", kind)
        .register(meters);
  }
}
