package io.shoal.oci.upstream;

import java.util.OptionalLong;

/** Told how registries answer, for metrics. Called on many threads. */
@FunctionalInterface
public interface UpstreamObserver {

  /**
   * A registry has answered.
   *
   * @param registry by its normal name
   * @param status of the answer
   * @param limit how many pulls it allows in its window, if it says so
   * @param remaining how many of them are left, if it says so
   */
  void answered(String registry, int status, OptionalLong limit, OptionalLong remaining);
}
