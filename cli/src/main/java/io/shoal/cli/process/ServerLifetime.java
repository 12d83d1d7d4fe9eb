package io.shoal.cli.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a server running until the process is told to end, by SIGTERM, Ctrl-C or the end of its
 * parent, and then closes it cleanly.
 */
public final class ServerLifetime {

  /** A server has its own, shorter limits for ending; this one is for a server that hangs. */
  private static final Duration HANGING_LIMIT = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(ServerLifetime.class);

  private ServerLifetime() {}

  /** Returns never, unless waiting is interrupted: the process ends from here, with code 0. */
  public static void serve(String name, RunningServer server, ParentOptions options)
      throws IOException, InterruptedException {
    closeAtTheEnd(name, server::close);
    if (options.exitWithParent()) {
      ParentWatch.start(System.in, () -> System.exit(0));
    }
    if (options.readyFile().isPresent()) {
      options.readyFile().get().write(server.port());
    }
    new CountDownLatch(1).await();
  }

  /** The same for a server that has no port and no parent. */
  public static void serve(String name, AutoCloseable server) throws InterruptedException {
    closeAtTheEnd(name, server);
    new CountDownLatch(1).await();
  }

  private static void closeAtTheEnd(String name, AutoCloseable server) {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> endProcess(name, server), "shutdown-" + name));
  }

  /**
   * Runs as the shutdown hook. A JVM that a signal ended has exit code 143 even when all went well;
   * halting from here makes it 0, which is what service supervisors expect of a clean end.
   */
  private static void endProcess(String name, AutoCloseable server) {
    LOG.info("{} is shutting down", name);
    CountDownLatch closed = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .name("close-" + name)
        .start(() -> {
          close(name, server);
          closed.countDown();
        });
    Runtime.getRuntime().halt(await(closed) ? 0 : 1);
  }

  private static void close(String name, AutoCloseable server) {
    try {
      server.close();
      LOG.info("{} has ended", name);
    } catch (Exception e) {
      LOG.warn("{} did not end cleanly", name, e);
    }
  }

  private static boolean await(CountDownLatch closed) {
    try {
      return closed.await(HANGING_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
