package io.shoal.node.swarm;

import java.util.Locale;

/** Where bytes of a blob came from. */
public enum ByteSource {
  /** Another agent. */
  PEER,
  /** An origin, over its link or by HTTP. */
  ORIGIN,
  /** The central registry itself. */
  UPSTREAM,
  /** This node's own disk, left by an earlier run. */
  DISK;

  /** The name in metrics and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
