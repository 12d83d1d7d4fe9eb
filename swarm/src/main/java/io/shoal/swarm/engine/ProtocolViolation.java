package io.shoal.swarm.engine;

/** A peer broke the protocol; its link is closed. */
final class ProtocolViolation extends RuntimeException {

  ProtocolViolation(String message) {
    super(message, null, false, false);
  }
}
