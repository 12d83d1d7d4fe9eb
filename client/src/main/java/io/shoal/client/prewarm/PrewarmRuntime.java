package io.shoal.client.prewarm;

/** A container runtime that takes pre-warmed images over from its node's agent. */
public enum PrewarmRuntime {
  /** The Docker daemon. */
  DOCKER,
  /** containerd. */
  CONTAINERD
}
