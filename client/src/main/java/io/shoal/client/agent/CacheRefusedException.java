package io.shoal.client.agent;

import java.io.IOException;

/** The agent says no. */
public final class CacheRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;

  CacheRefusedException(int status, String reason) {
    super(reason);
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
