package io.shoal.node.swarm;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.core.content.Digest;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What the swarm counts. */
final class SwarmMeters {

  private static final int REMEMBERED_REGISTRIES = 10_000;
  private static final String UNKNOWN = "unknown";

  private final Map<ByteSource, LongAdder> received = new EnumMap<>(ByteSource.class);
  private final BlobByteMeters blobBytes;

  /** Whose the blobs are, as the last reader of each said. */
  private final Map<Digest, String> registries =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, String> eldest) {
          return size() > REMEMBERED_REGISTRIES;
        }
      };

  private final Counter sent;
  private final Counter duplicates;
  private final Counter mismatches;
  private final Counter unwritten;

  SwarmMeters(
      MeterRegistry registry,
      Supplier<Number> links,
      Supplier<Number> torrents,
      Supplier<Number> uploads) {
    for (ByteSource source : ByteSource.values()) {
      received.put(source, new LongAdder());
    }
    blobBytes = new BlobByteMeters(registry);
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
    mismatches = failures(registry, "mismatch");
    unwritten = failures(registry, "disk");
    Gauge.builder("shoal.links", links).description("Open links").register(registry);
    Gauge.builder("shoal.torrents", torrents)
        .description("Loaded torrents: swarms this process takes part in")
        .register(registry);
    Gauge.builder("shoal.upload.slots", uploads)
        .description("Upload slots in use: answers with payload on their way to peers")
        .register(registry);
  }

  private static Counter failures(MeterRegistry registry, String reason) {
    return Counter.builder("shoal.piece.failures")
        .description("Pieces that came to nothing: mismatch of their states, or not to be written")
        .tag("reason", reason)
        .register(registry);
  }

  /** Says whose a blob is. */
  void belongs(Digest digest, String registry) {
    synchronized (registries) {
      registries.put(digest, registry);
    }
  }

  void received(ByteSource source, Digest digest, int bytes) {
    LongAdder total = received.get(source);
    if (total != null) {
      total.add(bytes);
    }
    String registry;
    synchronized (registries) {
      registry = registries.getOrDefault(digest, UNKNOWN);
    }
    blobBytes.add(source.label(), registry, bytes);
  }

  long receivedBytes(ByteSource source) {
    LongAdder total = received.get(source);
    return total == null ? 0 : total.sum();
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

  void mismatch() {
    mismatches.increment();
  }

  void unwritten() {
    unwritten.increment();
  }
}
