package io.shoal.agent.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.shoal.oci.registry.Served;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs what the runtime was answered. */
public final class RequestMeters implements Consumer<Served> {

  private static final Logger log = LoggerFactory.getLogger(RequestMeters.class);

  private static final int OK = 200;
  private static final int ERROR = 300;

  /** From a cached manifest to a layer of many GB over a slow network. */
  private static final Duration[] BUCKETS =
      Stream.of(5L, 20L, 50L, 100L, 250L, 500L, 1_000L, 2_500L, 5_000L, 10_000L, 30_000L, 120_000L)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry meters;
  private final Counter servedBytes;
  private final Map<String, Timer> durations;
  private final Map<String, Timer> firstBytes;

  /** Counts in this registry. */
  public RequestMeters(MeterRegistry meters) {
    this.meters = meters;
    this.servedBytes =
        Counter.builder("shoal.served")
            .baseUnit("bytes")
            .description("Bodies sent to clients of the pull endpoint")
            .register(meters);
    this.durations =
        histograms(
            meters,
            "shoal.pull.duration",
            "From the request to the last byte of a manifest or blob that was sent whole");
    this.firstBytes =
        histograms(
            meters,
            "shoal.pull.first.byte",
            "From the request to the first byte of a manifest or blob");
  }

  private static Map<String, Timer> histograms(
      MeterRegistry meters, String name, String description) {
    return Stream.of("manifest", "blob")
        .collect(
            Collectors.toUnmodifiableMap(
                kind -> kind,
                kind ->
                    Timer.builder(name)
                        .description(description)
                        .tag("kind", kind)
                        .serviceLevelObjectives(BUCKETS)
                        .register(meters)));
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
    servedBytes.increment((double) served.bodyBytes());
    if (method.equals("GET") && served.status() >= OK && served.status() < ERROR) {
      histograms(served);
    }
    log.debug(
        "{} {} {} {} bytes{} in {} ms",
        method,
        served.uri(),
        served.status(),
        served.bodyBytes(),
        served.complete() ? "" : " (broken off)",
        served.duration().toMillis());
  }

  private void histograms(Served served) {
    String kind =
        served.uri().contains("/blobs/")
            ? "blob"
            : served.uri().contains("/manifests/") ? "manifest" : "";
    Timer duration = durations.get(kind);
    Timer firstByte = firstBytes.get(kind);
    if (duration != null && served.complete()) {
      duration.record(served.duration());
    }
    if (firstByte != null) {
      served.firstByte().ifPresent(firstByte::record);
    }
  }
}
