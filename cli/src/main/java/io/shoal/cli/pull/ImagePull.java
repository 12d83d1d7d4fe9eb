package io.shoal.cli.pull;

import io.shoal.core.reference.Platform;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * Pulls one image as Docker does: the manifest by its tag, then the layers in order, three at a
 * time, and beside them the configuration. Every digest is checked.
 */
public final class ImagePull {

  private static final int LAYERS_AT_A_TIME = 3;

  private final URI registry;
  private final String repository;
  private final String reference;
  private final Platform platform;
  private final BlobTarget target;
  private final PullProgress progress = new PullProgress();

  /**
   * @param registry whom to ask, e.g. {@code http://127.0.0.1:4600}
   * @param repository e.g. {@code library/alpine}
   * @param reference a tag or a digest
   * @param platform which image of a multi-platform list
   * @param target where the blobs go
   */
  public ImagePull(
      URI registry, String repository, String reference, Platform platform, BlobTarget target) {
    this.registry = registry;
    this.repository = repository;
    this.reference = reference;
    this.platform = platform;
    this.target = target;
  }

  /** To be read by other threads while {@link #run} works. */
  public PullProgress progress() {
    return progress;
  }

  /**
   * Pulls; blocks until all is here.
   *
   * @throws PullException at the first thing that fails
   */
  public PullOutcome run() throws PullException, InterruptedException {
    ThreadFactory threads = Thread.ofVirtual().name("pull-", 0).factory();
    try (ExecutorService workers = Executors.newFixedThreadPool(LAYERS_AT_A_TIME, threads)) {
      long start = progress.elapsedNanos();
      try {
        FoundImage found =
            FoundImage.find(
                new RegistryManifests(registry, repository), repository, reference, platform);
        progress.expect(found.bytes());
        pullBlobs(workers, found.image());
        return outcome(found, start);
      } finally {
        workers.shutdownNow();
      }
    }
  }

  private PullOutcome outcome(FoundImage image, long start) {
    Duration duration = Duration.ofNanos(progress.elapsedNanos() - start);
    Duration firstByte =
        Duration.ofNanos(Math.max(0, progress.firstByteNanos().orElse(start) - start));
    return new PullOutcome(image, duration, firstByte);
  }

  private void pullBlobs(ExecutorService workers, RemoteManifest.Image image)
      throws PullException, InterruptedException {
    List<FutureTask<Void>> pulls = new ArrayList<>();
    FutureTask<Void> config = task(image.config(), false);
    pulls.add(config);
    for (RemoteManifest.Blob layer : image.layers()) {
      pulls.add(task(layer, true));
    }
    Thread.ofVirtual().name("pull-config").start(config);
    pulls.stream().skip(1).forEach(workers::execute);
    for (FutureTask<Void> pull : pulls) {
      try {
        pull.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof PullException failed) {
          throw failed;
        }
        throw new PullException("the pull failed: " + e.getCause(), e);
      }
    }
  }

  private FutureTask<Void> task(RemoteManifest.Blob blob, boolean layer) {
    BlobPull pull = new BlobPull(blobUri(blob), blob, layer, progress, target);
    return new FutureTask<>(() -> {
      pull.run();
      return null;
    });
  }

  private URI blobUri(RemoteManifest.Blob blob) {
    return registry.resolve("/v2/" + repository + "/blobs/" + blob.digest());
  }
}
