package io.shoal.node.store;

import io.shoal.core.content.Digest;

/** Told after a verified blob has gone. Called on whatever thread needed the room; be quick. */
@FunctionalInterface
public interface EvictionListener {

  /** The blob can no longer be found in the store. */
  void onEvicted(Digest digest);
}
