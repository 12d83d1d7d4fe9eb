package io.shoal.cli.kubernetes;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.client.agent.LocalKey;
import io.shoal.node.store.StoreRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Empties an agent's cache once the agent has ended, which may take as long as its uploads. */
@Command(
    name = "remove-cache",
    description = "Delete the cache of an agent that is ending.",
    mixinStandardHelpOptions = true)
final class RemoveCacheCommand implements Callable<Integer> {

  private static final Duration PAUSE = Duration.ofMillis(500);

  @Parameters(paramLabel = "DIR", description = "Its folder, which stays.")
  private Path folder;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      required = true,
      description = "How long the agent may take to end.")
  private long seconds;

  @Override
  public Integer call() throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (true) {
      try {
        StoreRemoval.remove(folder);
        Files.deleteIfExists(LocalKey.file(folder));
        return 0;
      } catch (IOException e) {
        if (System.nanoTime() - deadline > 0) {
          throw UserError.failed("the cache in " + folder + " is left: " + Causes.text(e));
        }
      }
      Thread.sleep(PAUSE);
    }
  }
}
