package io.shoal.node.swarm;

import java.io.IOException;

/** A torrent cannot go on: aborted by its origin, no room on disk, or closed. */
public final class TorrentFailedException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With what went wrong, for a person to read. */
  public TorrentFailedException(String message) {
    super(message);
  }

  /** With what went wrong and why. */
  public TorrentFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
