package io.shoal.origin.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What is shown of deliveries. */
final class DeliveryMeters {

  private final Counter delivered;
  private final Counter failures;

  DeliveryMeters(MeterRegistry metrics, Supplier<Number> waiting, Supplier<Number> oldestSeconds) {
    this.delivered =
        Counter.builder("shoal.push.delivered")
            .description("Pushed blobs and manifests that their registry has got later")
            .register(metrics);
    this.failures =
        Counter.builder("shoal.push.delivery.failures")
            .description("Attempts to bring a registry what was pushed, that failed")
            .register(metrics);
    Gauge.builder("shoal.push.waiting", waiting)
        .description("Pushed blobs and manifests that are on their way to their registry")
        .register(metrics);
    Gauge.builder("shoal.push.waiting.age", oldestSeconds)
        .baseUnit("seconds")
        .description("How long the oldest of them has been on its way")
        .register(metrics);
  }

  void delivered() {
    delivered.increment();
  }

  void failed() {
    failures.increment();
  }
}
