package io.shoal.client.prewarm;

/** How a job stands. */
public enum JobState {
  /** Some node is not through with it. */
  RUNNING,
  /** Every node has every image. */
  DONE,
  /** It has ended, and some node failed. */
  FAILED,
  /** It was cancelled. */
  CANCELLED
}
