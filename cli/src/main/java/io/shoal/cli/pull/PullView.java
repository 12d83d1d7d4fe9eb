package io.shoal.cli.pull;

import io.shoal.cli.console.Console;
import io.shoal.cli.console.LiveLines;
import io.shoal.cli.console.ProgressBar;
import io.shoal.cli.console.RateWindow;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Shows how far a pull is while it works. */
final class PullView {

  private static final Duration LIVE = Duration.ofMillis(200);
  private static final Duration PLAIN = Duration.ofSeconds(2);

  private PullView() {}

  /** Runs the pull to its end. */
  static PullOutcome watch(ImagePull pull, PrintStream out, Map<String, String> environment)
      throws PullException, InterruptedException {
    boolean live = Console.isLive(environment);
    FutureTask<PullOutcome> task = new FutureTask<>(pull::run);
    Thread worker = Thread.ofVirtual().name("pull-image").start(task);
    LiveLines lines = LiveLines.on(out, environment);
    RateWindow rate = new RateWindow();
    try {
      while (true) {
        try {
          PullOutcome outcome = task.get((live ? LIVE : PLAIN).toMillis(), TimeUnit.MILLISECONDS);
          if (live) {
            lines.draw(List.of(line(pull.progress(), 0)));
          }
          return outcome;
        } catch (TimeoutException e) {
          rate.add(System.nanoTime(), pull.progress().receivedBytes());
          String line = line(pull.progress(), rate.bytesPerSecond());
          if (live) {
            lines.draw(List.of(line));
          } else {
            out.println(line);
          }
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PullException failed) {
        throw failed;
      }
      throw new PullException("the pull failed: " + e.getCause(), e);
    } finally {
      worker.interrupt();
    }
  }

  private static String line(PullProgress progress, long bytesPerSecond) {
    return ProgressBar.line(
        progress.receivedBytes(), progress.expectedBytes().orElse(0), bytesPerSecond);
  }
}
