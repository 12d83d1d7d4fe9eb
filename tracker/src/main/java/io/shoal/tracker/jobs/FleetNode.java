package io.shoal.tracker.jobs;

import java.util.Map;

/**
 * An agent that is connected.
 *
 * @param name the node's
 * @param labels such as zone and rack
 */
public record FleetNode(String name, Map<String, String> labels) {
  public FleetNode {
    labels = Map.copyOf(labels);
  }
}
