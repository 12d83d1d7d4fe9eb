package io.shoal.client.prewarm;

import java.util.List;
import java.util.Optional;

/**
 * A job and all its nodes.
 *
 * @param id its name in the API
 * @param state how it stands
 * @param attempt 1, and one more with every retry
 * @param request what was asked for
 * @param createdAtMillis since 1970
 * @param deadlineMillis what is not done then has failed
 * @param endedAtMillis since 1970, if it has ended
 * @param nodes by name
 */
public record JobView(
    String id,
    JobState state,
    int attempt,
    JobRequest request,
    long createdAtMillis,
    long deadlineMillis,
    Optional<Long> endedAtMillis,
    List<NodeView> nodes) {

  public JobView {
    nodes = List.copyOf(nodes);
  }

  /** How many nodes are in this state. */
  public int count(NodeState wanted) {
    return (int) nodes.stream().filter(n -> n.state() == wanted).count();
  }

  /** Bytes that are where they should be. */
  public long bytesDone() {
    return nodes.stream().mapToLong(NodeView::bytesDone).sum();
  }

  /** Bytes in all, as far as nodes know. */
  public long bytesTotal() {
    return nodes.stream().mapToLong(NodeView::bytesTotal).sum();
  }
}
