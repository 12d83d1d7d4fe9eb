package io.shoal.client.origin;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The origin answered, but not with what was asked for. */
public final class OriginException extends IOException {

  private final int status;
  private final OriginError error;

  OriginException(String action, int status, OriginError error) {
    super(action + ": " + error.message() + " (" + error.reason() + ", HTTP " + status + ")");
    this.status = status;
    this.error = error;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** What went wrong. */
  public OriginReason reason() {
    return error.reason();
  }

  /** When it makes sense to ask again, if the origin knows. */
  public Optional<Duration> retryAfter() {
    return error.retryAfter();
  }
}
