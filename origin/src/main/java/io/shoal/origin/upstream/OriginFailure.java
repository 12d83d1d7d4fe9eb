package io.shoal.origin.upstream;

import io.shoal.client.origin.OriginError;
import io.shoal.client.origin.OriginReason;
import io.shoal.oci.upstream.UpstreamException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The origin cannot give what was asked for. */
public final class OriginFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient OriginError error;

  private OriginFailure(OriginError error, @Nullable Throwable cause) {
    super(error.message(), cause);
    this.error = error;
  }

  /** For this reason; the message is for people. */
  public static OriginFailure of(OriginReason reason, String message) {
    return new OriginFailure(new OriginError(reason, message, Optional.empty()), null);
  }

  /** For this reason; the message is for people. */
  public static OriginFailure of(OriginReason reason, String message, Throwable cause) {
    return new OriginFailure(new OriginError(reason, message, Optional.empty()), cause);
  }

  /** Because upstream did not give it. */
  public static OriginFailure of(UpstreamException e) {
    OriginReason reason =
        switch (e.kind()) {
          case NOT_FOUND -> OriginReason.NOT_FOUND;
          case DENIED -> OriginReason.DENIED;
          case RATE_LIMITED -> OriginReason.RATE_LIMITED;
          case FAILED -> OriginReason.UPSTREAM_FAILED;
          case UNREACHABLE -> OriginReason.UPSTREAM_UNREACHABLE;
        };
    Optional<Duration> retryAfter = e.retryAfter();
    String message = String.valueOf(e.getMessage());
    return new OriginFailure(new OriginError(reason, message, retryAfter), e);
  }

  /** What the caller is told. */
  public OriginError error() {
    return error;
  }

  /** The same failure for another waiter, with the waiter's own stack. */
  public OriginFailure again() {
    return new OriginFailure(error, this);
  }
}
