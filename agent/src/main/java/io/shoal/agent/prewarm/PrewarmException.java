package io.shoal.agent.prewarm;

/** An image cannot be made local. The message is the reason that the operator reads. */
final class PrewarmException extends Exception {
  PrewarmException(String reason) {
    super(reason);
  }

  PrewarmException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
