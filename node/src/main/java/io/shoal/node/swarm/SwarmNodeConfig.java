package io.shoal.node.swarm;

import io.shoal.node.wire.TransportConfig;
import io.shoal.swarm.engine.SwarmConfig;
import java.time.Duration;

/**
 * How a process takes part in swarms.
 *
 * @param engine limits and times of the engine
 * @param transport how links are made
 * @param workers threads that hash and write pieces
 * @param queuedPayloadBytes received payload that may wait for the workers before reading pauses
 * @param idleTorrent an unused torrent is unloaded after this; its bytes stay on disk
 * @param leaveGrace how long uploads under way may take at shutdown
 */
public record SwarmNodeConfig(
    SwarmConfig engine,
    TransportConfig transport,
    int workers,
    long queuedPayloadBytes,
    Duration idleTorrent,
    Duration leaveGrace) {

  private static final long QUEUED_PAYLOAD_BYTES = 16L << 20;

  /** What an agent uses. */
  public static SwarmNodeConfig agent(TransportConfig transport, Duration leaveGrace) {
    return new SwarmNodeConfig(
        SwarmConfig.agent().in(transport.locality()),
        transport,
        defaultWorkers(),
        QUEUED_PAYLOAD_BYTES,
        Duration.ofSeconds(60),
        leaveGrace);
  }

  /** What an origin uses. */
  public static SwarmNodeConfig origin(TransportConfig transport, Duration leaveGrace) {
    return new SwarmNodeConfig(
        SwarmConfig.origin().in(transport.locality()),
        transport,
        defaultWorkers(),
        QUEUED_PAYLOAD_BYTES,
        Duration.ofSeconds(60),
        leaveGrace);
  }

  private static int defaultWorkers() {
    return Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 2, 6);
  }
}
