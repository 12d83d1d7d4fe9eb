package io.shoal.origin.push;

/** Where content goes that is pushed to a registry. */
public enum PushMode {
  /** Here: the origin is the registry, there is no other. */
  STANDALONE,
  /** To the registry, before the client hears that it was taken. */
  THROUGH,
  /** To the registry, some time after the client has heard that it was taken. */
  BACK
}
