package io.shoal.swarm.message;

/** What a torrent is fetched for, the more pressing first. */
public enum Priority {
  /** A client waits for the blob. */
  ON_DEMAND,
  /** Nobody waits: the blob is put on the node before it is asked for. */
  PREWARM;

  /** The more pressing of the two. */
  public Priority or(Priority other) {
    return this == ON_DEMAND ? this : other;
  }
}
