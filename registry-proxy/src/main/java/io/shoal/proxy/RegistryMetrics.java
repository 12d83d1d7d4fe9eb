package io.shoal.proxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.shoal.oci.registry.Served;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what clients were answered. */
final class RegistryMetrics implements Consumer<Served> {

  private static final Logger log = LoggerFactory.getLogger(RegistryMetrics.class);

  private final MeterRegistry meters;
  private final Counter bodyBytes;

  RegistryMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.bodyBytes =
        Counter.builder("shoal.registry.body")
            .baseUnit("bytes")
            .description("Bodies of answers of the registry protocol")
            .register(meters);
  }

  @Override
  public void accept(Served served) {
    Timer.builder("shoal.registry.requests")
        .description("Answered requests of the registry protocol")
        .tag("method", knownMethod(served.method()))
        .tag("status", String.valueOf(served.status()))
        .tag("complete", String.valueOf(served.complete()))
        .register(meters)
        .record(served.duration());
    bodyBytes.increment((double) served.bodyBytes());
    log.debug(
        "{} {} {} {} bytes{} in {} ms",
        served.method(),
        served.uri(),
        served.status(),
        served.bodyBytes(),
        served.complete() ? "" : " (broken off)",
        served.duration().toMillis());
  }

  /** A client may invent methods, but not series. */
  private static String knownMethod(String method) {
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" -> method;
      default -> "other";
    };
  }
}
