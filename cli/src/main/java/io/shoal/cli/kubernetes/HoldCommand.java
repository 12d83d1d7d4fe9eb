package io.shoal.cli.kubernetes;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** Keeps a pod whose work was done by its init container from being started again. */
@Command(name = "hold", description = "Do nothing until ended.", mixinStandardHelpOptions = true)
final class HoldCommand implements Callable<Integer> {

  @Override
  public Integer call() throws InterruptedException {
    new CountDownLatch(1).await();
    return 0;
  }
}
