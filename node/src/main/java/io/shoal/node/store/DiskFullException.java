package io.shoal.node.store;

import java.io.IOException;

/**
 * There is no room, and nothing that may be evicted would make enough. What was to be stored is
 * passed through to the client without storing it, and is not announced.
 */
public final class DiskFullException extends IOException {

  private static final long serialVersionUID = 1L;

  DiskFullException(String message) {
    super(message);
  }

  DiskFullException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the operating system said that the disk, or the user's share of it, is full. */
  static boolean means(IOException e) {
    String text = String.valueOf(e.getMessage());
    return e instanceof DiskFullException
        || text.contains("No space left on device")
        || text.contains("Disk quota exceeded");
  }
}
