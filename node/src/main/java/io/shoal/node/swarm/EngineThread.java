package io.shoal.node.swarm;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the engine. Its queue is bounded by its sources: links stop being read
 * while too much payload or too many messages wait ({@link Backpressure}).
 */
final class EngineThread {

  private static final Logger log = LoggerFactory.getLogger(EngineThread.class);

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
        Runnable task = queue.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
        if (task != null) {
          task.run();
        }
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

  void stop() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    thread.join(TimeUnit.SECONDS.toMillis(5));
  }
}
