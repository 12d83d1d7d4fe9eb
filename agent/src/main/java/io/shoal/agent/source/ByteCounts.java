package io.shoal.agent.source;

import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.node.swarm.BlobByteMeters;
import java.util.concurrent.atomic.LongAdder;

/** Bytes that reached this node's clients or cache outside the swarm. Thread-safe. */
public final class ByteCounts {

  private final BlobByteMeters meters;
  private final LongAdder upstream = new LongAdder();
  private final LongAdder origin = new LongAdder();
  private final LongAdder cache = new LongAdder();

  /** Counts for metrics, too. */
  public ByteCounts(MeterRegistry meters) {
    this.meters = new BlobByteMeters(meters);
  }

  /** Bytes read from this central registry. */
  public void upstream(String registry, long bytes) {
    upstream.add(bytes);
    meters.add("upstream", registry, bytes);
  }

  /** Bytes of this registry's content read from an origin by HTTP. */
  public void origin(String registry, long bytes) {
    origin.add(bytes);
    meters.add("origin", registry, bytes);
  }

  /** Bytes served to a client from a blob that was complete on disk. */
  public void cache(String registry, long bytes) {
    cache.add(bytes);
    meters.add("cache", registry, bytes);
  }

  /** Total read from central registries. */
  public long upstreamTotal() {
    return upstream.sum();
  }

  /** Total read from origins by HTTP. */
  public long originTotal() {
    return origin.sum();
  }

  /** Total served from disk. */
  public long cacheTotal() {
    return cache.sum();
  }
}
