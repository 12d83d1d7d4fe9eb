package io.shoal.service;

/**
 * Whether requests are welcome. A service is ready as soon as it listens: what it cannot do without
 * its neighbours it says in its answers, and taking it out of service would only hide that.
 * Thread-safe.
 */
public final class Readiness {

  private volatile boolean closing;

  /** Whether requests are welcome. */
  public boolean ready() {
    return !closing;
  }

  /** From now on they are not. */
  public void closing() {
    closing = true;
  }
}
