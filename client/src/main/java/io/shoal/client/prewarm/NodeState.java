package io.shoal.client.prewarm;

/** How one node stands in a job. */
public enum NodeState {
  /** Not started yet. */
  PENDING,
  /** Fetching. */
  RUNNING,
  /** Should be fetching, and no byte has come for 10 s. */
  STALLED,
  /** Has every image. */
  DONE,
  /** Gave up, or ran out of time. */
  FAILED,
  /** Not started, or stopped, because the job was given up. */
  CANCELLED;

  /** Whether nothing more happens on this node. */
  public boolean ended() {
    return this == DONE || this == FAILED || this == CANCELLED;
  }
}
