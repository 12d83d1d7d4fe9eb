package io.shoal.agent.runtime;

import java.util.Optional;

/**
 * How it went.
 *
 * @param problem what went wrong; empty if nothing did
 */
record BridgeAnswer(Optional<String> problem) {

  static final int MAX_BYTES = 64 << 10;

  private static final int MAX_CHARACTERS = 4000;

  static BridgeAnswer done() {
    return new BridgeAnswer(Optional.empty());
  }

  static BridgeAnswer failed(String problem) {
    boolean fits = problem.length() <= MAX_CHARACTERS;
    return new BridgeAnswer(Optional.of(fits ? problem : problem.substring(0, MAX_CHARACTERS)));
  }
}
