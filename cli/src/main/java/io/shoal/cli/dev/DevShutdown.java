package io.shoal.cli.dev;

import io.shoal.cli.dev.cluster.WorkFolder;
import io.shoal.cli.process.ChildProcesses;
import java.io.IOException;

/**
 * Ends the children and clears up when this process is told to end (Ctrl-C, SIGTERM) before the
 * command has come to its own end. Against {@code kill -9} the children watch their parent.
 */
final class DevShutdown {

  private final Thread hook;

  private DevShutdown(Thread hook) {
    this.hook = hook;
  }

  static DevShutdown arm(ChildProcesses processes, WorkFolder work) {
    Thread hook = new Thread(() -> end(processes, work), "dev-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    return new DevShutdown(hook);
  }

  /** The command clears up itself from here on. */
  void disarm() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process is ending already: the hook does the work, or has done it.
    }
  }

  private static void end(ChildProcesses processes, WorkFolder work) {
    processes.close();
    try {
      work.close();
    } catch (IOException e) {
      System.err.println("shoal: cannot delete " + work.path() + ": " + e.getMessage());
    }
  }
}
