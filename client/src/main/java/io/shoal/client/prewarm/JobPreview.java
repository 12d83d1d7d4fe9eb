package io.shoal.client.prewarm;

import java.util.List;

/**
 * Where a job would run, and what it would fetch.
 *
 * @param nodes in the order in which they would be started
 */
public record JobPreview(List<NodeNeed> nodes) {
  public JobPreview {
    nodes = List.copyOf(nodes);
  }
}
