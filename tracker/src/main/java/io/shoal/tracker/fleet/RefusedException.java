package io.shoal.tracker.fleet;

/** A peer asked for more than a tracker gives; its connection is closed. */
public final class RefusedException extends Exception {
  RefusedException(String reason) {
    super(reason);
  }
}
