package io.shoal.cli.dev;

import io.shoal.cli.dev.cluster.DevCluster;
import io.shoal.cli.dev.cluster.UpstreamImage;
import io.shoal.cli.dev.report.DevReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets all agents pull at the same moment and reports how it went. */
final class PullAll {

  private static final Duration SOURCES_INTERVAL = Duration.ofSeconds(1);

  private final DevCluster cluster;
  private final UpstreamImage upstream;

  PullAll(DevCluster cluster, UpstreamImage upstream) {
    this.cluster = cluster;
    this.upstream = upstream;
  }

  /** Blocks until every pull has ended, well or not. */
  DevReport run(ProgressView view) throws IOException, InterruptedException {
    List<PullRun> runs = new ArrayList<>();
    for (DevCluster.Agent agent : cluster.agents()) {
      runs.add(new PullRun(cluster, agent, upstream));
    }
    long upstreamBefore = cluster.upstreamBytes();
    long originBefore = cluster.originBytes();
    CountDownLatch left = new CountDownLatch(runs.size());
    for (PullRun run : runs) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              run.run();
            } finally {
              left.countDown();
            }
          });
    }
    long sourcesRead = System.nanoTime();
    while (!left.await(view.interval().toMillis(), TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() - sourcesRead > SOURCES_INTERVAL.toNanos()) {
        runs.stream().filter(run -> run.result().isEmpty()).forEach(PullRun::readSources);
        sourcesRead = System.nanoTime();
      }
      view.show(runs.stream().map(PullRun::progress).toList());
    }
    view.show(runs.stream().map(PullRun::progress).toList());
    return new DevReport(
        cluster.pids(),
        runs.stream().mapToLong(PullRun::imageBytes).max().orElse(0),
        cluster.upstreamBytes() - upstreamBefore,
        cluster.originBytes() - originBefore,
        runs.stream().flatMap(run -> run.result().stream()).toList());
  }
}
