package io.shoal.node.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Threads that hash and write, off the event loops. All work on one piece is done by one thread, in
 * order, so that a piece's slot on disk has a single writer at a time.
 */
final class PieceWorkers {

  private final List<ExecutorService> threads = new ArrayList<>();

  PieceWorkers(int count) {
    for (int i = 0; i < count; i++) {
      threads.add(
          Executors.newSingleThreadExecutor(
              Thread.ofPlatform().name("shoal-piece-" + i).daemon().factory()));
    }
  }

  void run(Torrent torrent, int piece, Runnable work) {
    int thread = Math.floorMod(torrent.digest().hashCode() * 31 + piece, threads.size());
    threads.get(thread).execute(work);
  }

  void stop() throws InterruptedException {
    threads.forEach(ExecutorService::shutdown);
    for (ExecutorService thread : threads) {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    }
  }
}
