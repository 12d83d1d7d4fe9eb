package io.shoal.oci.upstream;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Upstream did not give what was asked for; {@link #kind()} says what to make of it. */
public final class UpstreamException extends Exception {

  /** What to make of a failure. */
  public enum Kind {
    /** It is not there: 404 or 410. */
    NOT_FOUND,
    /** It is not for us: 401 or 403, or no token for it. */
    DENIED,
    /** Too many requests: 429. */
    RATE_LIMITED,
    /** Upstream answered, but not usefully: any other status, or content that is not as named. */
    FAILED,
    /** No answer: no connection, a broken one, or a timeout. */
    UNREACHABLE
  }

  private final Kind kind;
  private final OptionalInt status;
  private final Optional<Duration> retryAfter;

  UpstreamException(Kind kind, String message, OptionalInt status, Optional<Duration> retryAfter) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  UpstreamException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.status = OptionalInt.empty();
    this.retryAfter = Optional.empty();
  }

  UpstreamException(Kind kind, String message) {
    this(kind, message, OptionalInt.empty(), Optional.empty());
  }

  /** What to make of it. */
  public Kind kind() {
    return kind;
  }

  /** Whether it says nothing about the question, because upstream could not be asked just now. */
  public boolean isOutage() {
    return switch (kind) {
      case UNREACHABLE, RATE_LIMITED -> true;
      case FAILED -> status.orElse(0) >= 500;
      case NOT_FOUND, DENIED -> false;
    };
  }

  /** Upstream's status, if it answered. */
  public OptionalInt status() {
    return status;
  }

  /** How long upstream asks to be left alone. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
