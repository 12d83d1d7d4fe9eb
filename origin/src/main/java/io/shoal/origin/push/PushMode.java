package io.shoal.origin.push;

/** Where pushed content goes. */
public enum PushMode {
  /** Nowhere: pushes are refused. */
  OFF,
  /** Here: the origin is the registry, there is no other. */
  STANDALONE
}
