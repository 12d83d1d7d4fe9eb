package io.shoal.agent.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.shoal.oci.registry.Served;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs what the runtime was answered. */
public final class RequestMeters implements Consumer<Served> {

  private static final Logger log = LoggerFactory.getLogger(RequestMeters.class);

  private final MeterRegistry meters;

  /** Counts in this registry. */
  public RequestMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public void accept(Served served) {
    String method = served.method();
    Timer.builder("shoal.pull.requests")
        .description("Answered requests of the pull endpoint")
        .tag("method", method.equals("GET") || method.equals("HEAD") ? method : "other")
        .tag("status", String.valueOf(served.status()))
        .tag("complete", String.valueOf(served.complete()))
        .register(meters)
        .record(served.duration());
    meters.counter("shoal.served.bytes").increment((double) served.bodyBytes());
    log.debug(
        "{} {} {} {} bytes{} in {} ms",
        method,
        served.uri(),
        served.status(),
        served.bodyBytes(),
        served.complete() ? "" : " (broken off)",
        served.duration().toMillis());
  }
}
