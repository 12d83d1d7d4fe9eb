package io.shoal.cli.pull;

/** A pull that did not succeed; the message says at which request and why. */
public final class PullException extends Exception {

  PullException(String message) {
    super(message);
  }

  PullException(String message, Throwable cause) {
    super(message, cause);
  }
}
