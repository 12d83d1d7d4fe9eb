package io.shoal.agent.source;

import java.util.concurrent.atomic.LongAdder;

/** Bytes that reached this node's clients or cache outside the swarm. Thread-safe. */
public final class ByteCounts {

  private final LongAdder upstream = new LongAdder();
  private final LongAdder origin = new LongAdder();
  private final LongAdder cache = new LongAdder();

  /** Bytes read from the central registry. */
  public void upstream(long bytes) {
    upstream.add(bytes);
  }

  /** Bytes read from an origin by HTTP. */
  public void origin(long bytes) {
    origin.add(bytes);
  }

  /** Bytes served to a client from a blob that was complete on disk. */
  public void cache(long bytes) {
    cache.add(bytes);
  }

  /** Total read from the central registry. */
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
