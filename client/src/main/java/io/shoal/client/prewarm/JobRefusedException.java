package io.shoal.client.prewarm;

import java.io.IOException;

/** A tracker was reached and said no. The message is its reason. */
public final class JobRefusedException extends IOException {

  private final int status;

  JobRefusedException(int status, String reason) {
    super(reason);
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
