package io.shoal.client.prewarm;

import java.util.List;

/**
 * Where a job would run.
 *
 * @param nodes names of the nodes, in the order in which they would be started
 */
public record JobPreview(List<String> nodes) {
  public JobPreview {
    nodes = List.copyOf(nodes);
  }
}
