package io.shoal.agent.runtime;

/** A runtime cannot be used, or has not got an image. The operator reads the message. */
public final class NodeRuntimeException extends Exception {

  NodeRuntimeException(String reason) {
    super(reason);
  }

  NodeRuntimeException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
