package io.shoal.agent.http;

import java.util.Map;

/**
 * What went through this agent since it started.
 *
 * @param bytes received by source (upstream, origin, peer), and cache: served from this node's disk
 * @param sentBytes payload sent to peers
 * @param links open links to peers
 * @param trackerConnected whether the tracker hears this agent
 */
public record AgentStats(
    Map<String, Long> bytes, long sentBytes, int links, boolean trackerConnected) {

  /** Defensive copy. */
  public AgentStats {
    bytes = Map.copyOf(bytes);
  }
}
