package io.shoal.node.swarm;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** What the swarm counts. */
final class SwarmMeters {

  private final Map<ByteSource, Counter> received = new EnumMap<>(ByteSource.class);
  private final Counter sent;
  private final Counter duplicates;
  private final Counter failures;

  SwarmMeters(MeterRegistry registry, Supplier<Number> links, Supplier<Number> torrents) {
    for (ByteSource source : ByteSource.values()) {
      received.put(
          source,
          Counter.builder("shoal.received")
              .baseUnit("bytes")
              .description("Attested blob bytes by where they came from")
              .tag("source", source.label())
              .register(registry));
    }
    sent =
        Counter.builder("shoal.sent")
            .baseUnit("bytes")
            .description("Payload sent to peers")
            .register(registry);
    duplicates =
        Counter.builder("shoal.duplicate")
            .baseUnit("bytes")
            .description("Bytes of pieces that arrived twice")
            .register(registry);
    failures =
        Counter.builder("shoal.piece.failures")
            .description("Pieces that did not match their states")
            .register(registry);
    Gauge.builder("shoal.links", links).description("Open links").register(registry);
    Gauge.builder("shoal.torrents", torrents).description("Loaded torrents").register(registry);
  }

  void received(ByteSource source, int bytes) {
    Counter counter = received.get(source);
    if (counter != null) {
      counter.increment(bytes);
    }
  }

  long receivedBytes(ByteSource source) {
    Counter counter = received.get(source);
    return counter == null ? 0 : (long) counter.count();
  }

  long sentBytes() {
    return (long) sent.count();
  }

  void sent(int bytes) {
    sent.increment(bytes);
  }

  void duplicate(int bytes) {
    duplicates.increment(bytes);
  }

  void failure() {
    failures.increment();
  }
}
