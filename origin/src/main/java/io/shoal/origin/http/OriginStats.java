package io.shoal.origin.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.oci.registry.Served;

/** What this origin moved since its start. Thread-safe. */
public final class OriginStats {

  /**
   * The totals.
   *
   * @param upstreamBytes content received from the central registries
   * @param peerBytesSent payload sent over links
   * @param httpBytesSent blob bytes sent over HTTP
   */
  public record Totals(long upstreamBytes, long peerBytesSent, long httpBytesSent) {}

  private final MeterRegistry metrics;
  private final Counter upstream;
  private final Counter http;
  private final Counter pushed;

  /** Counts in this registry. */
  public OriginStats(MeterRegistry metrics) {
    this.metrics = metrics;
    this.upstream =
        Counter.builder("shoal.upstream")
            .baseUnit("bytes")
            .description("Content received from central registries")
            .register(metrics);
    this.http =
        Counter.builder("shoal.http.sent")
            .baseUnit("bytes")
            .description("Blob bytes sent over HTTP")
            .register(metrics);
    this.pushed =
        Counter.builder("shoal.push.sent")
            .baseUnit("bytes")
            .description("Pushed content that its registry has got")
            .register(metrics);
  }

  /** A registry has got so many bytes of what was pushed. */
  public void pushed(long bytes) {
    pushed.increment((double) bytes);
  }

  /** Bytes came from upstream. */
  public void received(long bytes) {
    upstream.increment((double) bytes);
  }

  /** An answer with blob bytes is out, or was broken off. */
  public void served(Served answer) {
    http.increment((double) answer.bodyBytes());
  }

  /** The totals until now. */
  public Totals totals() {
    Counter sent = metrics.find("shoal.sent").counter();
    return new Totals(
        (long) upstream.count(), sent == null ? 0 : (long) sent.count(), (long) http.count());
  }
}
