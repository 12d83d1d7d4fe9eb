package io.shoal.cli.dev;

import io.shoal.cli.console.Causes;
import io.shoal.cli.dev.cluster.DevCluster;
import io.shoal.cli.dev.cluster.UpstreamImage;
import io.shoal.cli.dev.report.AgentProgress;
import io.shoal.cli.dev.report.AgentPull;
import io.shoal.cli.dev.report.SourceBytes;
import io.shoal.cli.pull.BlobTarget;
import io.shoal.cli.pull.ImagePull;
import io.shoal.cli.pull.PullException;
import io.shoal.cli.pull.PullOutcome;
import io.shoal.core.reference.Platform;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** One agent's pull: runs on a thread of its own, is looked at by the one that shows progress. */
final class PullRun {

  private static final long RATE_WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

  private final DevCluster cluster;
  private final DevCluster.Agent agent;
  private final ImagePull pull;
  private final SourceBytes before;
  private final AtomicReference<AgentPull> result = new AtomicReference<>();
  private volatile SourceBytes latest = SourceBytes.NONE;
  private long windowStart = System.nanoTime();
  private long windowBytes;
  private long bytesPerSecond;

  PullRun(DevCluster cluster, DevCluster.Agent agent, UpstreamImage upstream) throws IOException {
    this.cluster = cluster;
    this.agent = agent;
    this.before = cluster.received(agent);
    this.pull =
        new ImagePull(
            agent.uri(),
            upstream.image().repository(),
            upstream.image().manifestReference(),
            Platform.own(),
            BlobTarget.NOWHERE);
  }

  /** Pulls, to the end or to a failure. */
  void run() {
    long start = System.nanoTime();
    AgentPull done;
    try {
      PullOutcome outcome = pull.run();
      readSources();
      done =
          new AgentPull(
              agent.name(), outcome.duration(), outcome.firstByte(), latest, Optional.empty());
    } catch (PullException e) {
      done = failed(start, Causes.text(e));
    } catch (InterruptedException e) {
      done = failed(start, "interrupted");
    }
    result.set(done);
  }

  /** Empty while the pull is under way. */
  Optional<AgentPull> result() {
    return Optional.ofNullable(result.get());
  }

  /** Length of the image, as far as it is known. */
  long imageBytes() {
    return pull.progress().expectedBytes().orElse(0);
  }

  /** Asks the agent where its bytes came from; what cannot be read now stays as it was. */
  void readSources() {
    try {
      latest = cluster.received(agent).since(before);
    } catch (IOException e) {
      // The agent may be gone. Its pull says so, with a better reason than this one.
    }
  }

  /** How far it is; called by one thread only. */
  AgentProgress progress() {
    long now = System.nanoTime();
    long received = pull.progress().receivedBytes();
    long passed = now - windowStart;
    if (passed >= RATE_WINDOW_NANOS) {
      bytesPerSecond = (long) ((received - windowBytes) / (passed / 1e9));
      windowStart = now;
      windowBytes = received;
    }
    AgentProgress.State state =
        result()
            .map(r ->
                r.failure().isPresent() ? AgentProgress.State.FAILED : AgentProgress.State.DONE)
            .orElse(AgentProgress.State.PULLING);
    return new AgentProgress(
        agent.name(), received, pull.progress().expectedBytes(), bytesPerSecond, latest, state);
  }

  private AgentPull failed(long start, String reason) {
    readSources();
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    return new AgentPull(agent.name(), duration, Duration.ZERO, latest, Optional.of(reason));
  }
}
