package io.shoal.node.wire;

import io.shoal.core.peer.Locality;
import java.time.Duration;

/**
 * How a process links to its peers.
 *
 * @param host address to accept links on
 * @param port to accept links on; 0 takes a free one
 * @param linkCap links at the same time, at least 1
 * @param handshakeLimit from the connection to the proof
 * @param pingAfter silence after which the peer is asked for a sign of life; after three times that
 *     the link is closed
 * @param eventLoops threads that move bytes
 * @param locality where the process stands, as it tells its peers
 */
public record TransportConfig(
    String host,
    int port,
    int linkCap,
    Duration handshakeLimit,
    Duration pingAfter,
    int eventLoops,
    Locality locality) {

  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(3);
  private static final Duration PING_AFTER = Duration.ofSeconds(5);
  private static final int AGENT_LINKS = 128;
  private static final int ORIGIN_LINKS = 1024;

  public TransportConfig {
    if (port < 0 || port > 65535 || linkCap < 1 || eventLoops < 1) {
      throw new IllegalArgumentException("port, link cap or event loops out of range");
    }
    if (!handshakeLimit.isPositive() || !pingAfter.isPositive()) {
      throw new IllegalArgumentException("handshake limit and ping interval must be positive");
    }
  }

  /** What an agent uses. */
  public static TransportConfig agent(String host, int port) {
    return new TransportConfig(
        host,
        port,
        AGENT_LINKS,
        HANDSHAKE_LIMIT,
        PING_AFTER,
        defaultEventLoops(),
        Locality.UNKNOWN);
  }

  /** What an origin uses. */
  public static TransportConfig origin(String host, int port) {
    return new TransportConfig(
        host,
        port,
        ORIGIN_LINKS,
        HANDSHAKE_LIMIT,
        PING_AFTER,
        defaultEventLoops(),
        Locality.UNKNOWN);
  }

  /** The same for a process that stands here. */
  public TransportConfig in(Locality here) {
    return new TransportConfig(host, port, linkCap, handshakeLimit, pingAfter, eventLoops, here);
  }

  /** One loop moves about 2 GB/s, and a small machine needs its cores for hashing. */
  private static int defaultEventLoops() {
    return Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, 4);
  }
}
