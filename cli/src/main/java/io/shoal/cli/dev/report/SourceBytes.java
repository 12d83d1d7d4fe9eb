package io.shoal.cli.dev.report;

/**
 * Where an agent's bytes came from.
 *
 * @param upstream straight from the central registry
 * @param origin from an origin
 * @param peer from other agents
 * @param cache from the agent's own disk
 */
public record SourceBytes(long upstream, long origin, long peer, long cache) {

  /** Nothing yet. */
  public static final SourceBytes NONE = new SourceBytes(0, 0, 0, 0);

  /** What was added since an earlier reading. */
  public SourceBytes since(SourceBytes earlier) {
    return new SourceBytes(
        upstream - earlier.upstream,
        origin - earlier.origin,
        peer - earlier.peer,
        cache - earlier.cache);
  }

  /** Both together. */
  public SourceBytes plus(SourceBytes other) {
    return new SourceBytes(
        upstream + other.upstream, origin + other.origin, peer + other.peer, cache + other.cache);
  }

  /** What came over the network. */
  public long overNetwork() {
    return upstream + origin + peer;
  }
}
