package io.shoal.node.swarm;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.core.metrics.LabelLimit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts bytes of content by where they came from and whose they are. Thread-safe. */
public final class BlobByteMeters {

  /** Only patterns in an allow-list can bring more names about. */
  private static final int MAX_REGISTRIES = 256;

  private record Key(String source, String registry) {}

  private final MeterRegistry meters;
  private final LabelLimit registries = new LabelLimit(MAX_REGISTRIES);
  private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

  /** Counts in this registry of meters. */
  public BlobByteMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /**
   * Counts bytes.
   *
   * @param source peer, origin, upstream, disk or cache
   * @param registry the central registry whose content it is
   */
  public void add(String source, String registry, long bytes) {
    counters
        .computeIfAbsent(new Key(source, registries.of(registry)), this::counter)
        .increment((double) bytes);
  }

  private Counter counter(Key key) {
    return Counter.builder("shoal.blob")
        .baseUnit("bytes")
        .description(
            "Content by where it came from: peer, origin, upstream; disk: found good after a"
                + " restart; cache: served from this disk again")
        .tag("source", key.source())
        .tag("registry", key.registry())
        .register(meters);
  }
}
