package io.shoal.node.wire;

import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/** Exceptions as a line for the log. */
final class Reasons {

  private Reasons() {}

  static String of(Throwable thrown) {
    Throwable cause = cause(thrown);
    if (cause instanceof ProtocolException) {
      return "protocol error: " + cause.getMessage();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /** The exception if it is a mistake of ours, whose stack trace is of use; else null. */
  static @Nullable Throwable unexpected(Throwable thrown) {
    return cause(thrown) instanceof ProtocolException ? null : thrown;
  }

  private static Throwable cause(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof DecoderException && cause != null ? cause : thrown;
  }
}
