package io.shoal.origin.http;

/** Whether requests are welcome. Thread-safe. */
public final class Readiness {

  private volatile boolean closing;

  boolean ready() {
    return !closing;
  }

  /** From now on they are not. */
  public void closing() {
    closing = true;
  }
}
