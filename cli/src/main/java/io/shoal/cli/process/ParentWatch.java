package io.shoal.cli.process;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends this process when its parent is gone. The parent holds the other end of this process's
 * standard input and never writes to it; the operating system closes that end however the parent
 * ended, even by {@code kill -9}.
 */
public final class ParentWatch {

  private ParentWatch() {}

  /** Watches from a thread of its own; the action runs once, when the input ends. */
  public static void start(InputStream fromParent, Runnable whenParentEnds) {
    Thread.ofPlatform()
        .name("parent-watch")
        .daemon()
        .start(() -> {
          awaitEnd(fromParent);
          whenParentEnds.run();
        });
  }

  private static void awaitEnd(InputStream input) {
    byte[] ignored = new byte[64];
    try {
      while (input.read(ignored) >= 0) {
        // Whatever arrives carries no meaning; only the end does.
      }
    } catch (IOException e) {
      // A broken pipe is an end as well.
    }
  }
}
