package io.shoal.node.swarm;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the engine. Its queue is bounded by its sources: links stop being read
 * while too much payload or too many messages wait ({@link Backpressure}).
 */
final class EngineThread {

  private static final Logger log = LoggerFactory.getLogger(EngineThread.class);

  /** Far less than a tick's time, even when each is a signature to check. */
  private static final int MOST_AT_ONCE = 32;

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final Runnable tick;
  private final LongSupplier nextWake;
  private volatile boolean stopped;

  EngineThread(Runnable tick, LongSupplier nextWake) {
    this.tick = tick;
    this.nextWake = nextWake;
    this.thread = Thread.ofPlatform().name("shoal-engine").daemon().unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  void run(Runnable task) {
    queue.add(task);
  }

  private void loop() {
    while (!stopped) {
      try {
        long wait = nextWake.getAsLong() - System.nanoTime();
        runSome(queue.poll(Math.max(0, wait), TimeUnit.NANOSECONDS));
        if (nextWake.getAsLong() - System.nanoTime() <= 0) {
          tick.run();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // A broken invariant in one torrent must not stop all the others.
        log.error("The swarm engine hit a bug; it goes on", e);
      }
    }
  }

  /** This task and those that wait behind it; the clock is looked at after a batch, not each. */
  private void runSome(@Nullable Runnable first) {
    Runnable task = first;
    for (int done = 1; task != null; done++) {
      task.run();
      task = done < MOST_AT_ONCE ? queue.poll() : null;
    }
  }

  void stop() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    thread.join(TimeUnit.SECONDS.toMillis(5));
  }
}
