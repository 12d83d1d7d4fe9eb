package io.shoal.agent.prewarm;

import io.shoal.agent.runtime.NodeRuntime;
import io.shoal.agent.runtime.NodeRuntimeException;
import io.shoal.agent.runtime.NodeRuntimes;
import io.shoal.agent.runtime.RuntimePull;
import io.shoal.agent.source.BlobSource;
import io.shoal.agent.source.ManifestSource;
import io.shoal.client.tracker.AgentMessage.Estimated;
import io.shoal.client.tracker.TrackerMessage.Estimate;
import io.shoal.client.tracker.TrackerMessage.Prewarm;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoredBlob;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.swarm.message.Priority;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes images local: reads their blobs through this node's own sources to nowhere, so that they
 * stay in its store, and then lets a runtime pull them from there if the job says so. In this
 * order, because a pull by the runtime itself would go before other traffic and tell nothing of its
 * progress. Blocks; thread-safe.
 */
final class ImageFetcher {

  /** Between the last byte and the blob's place in the store lies an fsync. */
  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(60);

  private static final long WAIT_SLICE_MILLIS = 200;
  private static final String NOT_KEPT = "there is no room for it on this node's disk";

  private final BlobStore store;
  private final BlobSource blobs;
  private final ImageBlobs images;
  private final UpstreamDirectory upstreams;
  private final PrewarmConfig config;
  private final NodeRuntimes runtimes;

  ImageFetcher(
      BlobStore store,
      BlobSource blobs,
      ManifestSource manifests,
      UpstreamDirectory upstreams,
      PrewarmConfig config,
      NodeRuntimes runtimes) {
    this.store = store;
    this.blobs = blobs;
    this.images =
        new ImageBlobs(
            manifests, name -> upstreams.names().allows(name.upstream(), name.repository()));
    this.upstreams = upstreams;
    this.config = config;
    this.runtimes = runtimes;
  }

  /** One blob of the job. */
  private record Wanted(ContentName name, Digest digest, long bytes) {}

  /** All that the images of a job are made of, each part once. */
  private record Plan(List<Digest> manifests, List<Wanted> blobs) {
    long bytes() {
      return blobs.stream().mapToLong(Wanted::bytes).sum();
    }
  }

  private Plan plan(List<String> names, Optional<String> named, Credentials credentials)
      throws PrewarmException {
    Platform platform = platform(named);
    List<Digest> manifests = new ArrayList<>();
    Map<Digest, Long> sizes = new HashMap<>();
    List<Wanted> wanted = new ArrayList<>();
    for (String image : names) {
      ImageBlobs.Parts parts = images.find(image, platform, credentials);
      manifests.addAll(parts.manifests());
      parts
          .blobs()
          .forEach((digest, bytes) -> {
            if (sizes.put(digest, bytes) == null) {
              wanted.add(new Wanted(parts.name(), digest, bytes));
            }
          });
    }
    return new Plan(manifests, wanted);
  }

  /** Finds out what is missing here. */
  Estimated estimate(Estimate question) {
    try {
      Plan plan =
          plan(
              question.images(),
              question.platform(),
              Credentials.named(question.credentials(), config, upstreams));
      long here =
          plan.blobs().stream().filter(b -> here(b.digest())).mapToLong(Wanted::bytes).sum();
      return new Estimated(question.questionId(), plan.bytes() - here, plan.bytes(), "");
    } catch (PrewarmException e) {
      return new Estimated(question.questionId(), 0, 0, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Carries a job out.
   *
   * @throws PrewarmException if some part of it cannot be had or kept, or the runtime is not to be
   *     had or does not take it
   */
  void fetch(PrewarmTask task) throws PrewarmException, InterruptedException {
    Prewarm order = task.order();
    Optional<NodeRuntime> runtime = runtime(order);
    Credentials credentials = Credentials.named(order.credentials(), config, upstreams);
    Plan plan = plan(order.images(), order.platform(), credentials);
    for (Digest manifest : plan.manifests()) {
      pin(manifest, order);
    }
    task.total(plan.bytes());
    Pace pace = Pace.of(order.maxBytesPerSecond());
    for (Wanted blob : plan.blobs()) {
      pin(blob.digest(), order);
      fetch(blob, credentials, pace, task);
    }
    if (runtime.isPresent()) {
      handOver(runtime.get(), credentials, task);
    }
  }

  /** Before anything is fetched: what the runtime will not do is to be known at once. */
  private Optional<NodeRuntime> runtime(Prewarm order) throws PrewarmException {
    if (order.runtime().isEmpty()) {
      return Optional.empty();
    }
    try {
      NodeRuntime runtime = runtimes.open(order.runtime().get());
      for (String image : order.images()) {
        runtime.check(ImageReference.parse(image), order.platform());
      }
      return Optional.of(runtime);
    } catch (NodeRuntimeException e) {
      throw new PrewarmException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void handOver(NodeRuntime runtime, Credentials credentials, PrewarmTask task)
      throws PrewarmException, InterruptedException {
    Prewarm order = task.order();
    task.handingOver();
    for (String name : order.images()) {
      ImageReference image = ImageReference.parse(name);
      try {
        runtime.pull(
            new RuntimePull(
                image, order.platform(), credentials.login(image.registry()), task::stopped));
      } catch (NodeRuntimeException e) {
        throw new PrewarmException(image + ": " + e.getMessage(), e);
      }
    }
  }

  private static Platform platform(Optional<String> named) throws PrewarmException {
    try {
      return named.map(Platform::parse).orElseGet(Platform::own);
    } catch (IllegalArgumentException e) {
      throw new PrewarmException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Before it is fetched: what has just come must not make room for what comes next. */
  private void pin(Digest digest, Prewarm order) throws PrewarmException {
    try {
      if (order.pin().isPresent()) {
        store.pin(digest, order.pin().get());
      }
    } catch (IOException e) {
      throw new PrewarmException(digest.shortHex() + " cannot be pinned: " + e.getMessage(), e);
    }
  }

  private void fetch(Wanted wanted, Credentials credentials, Pace pace, PrewarmTask task)
      throws PrewarmException, InterruptedException {
    Digest digest = wanted.digest();
    if (here(digest)) {
      task.arrived(wanted.bytes());
      return;
    }
    try (BlobContent content =
        blobs.open(credentials.reader(wanted.name()), digest, Priority.PREWARM)) {
      read(digest, content, pace, task);
      await(digest, blobs.stored(digest), COMMIT_LIMIT, task);
    } catch (IOException | UpstreamException e) {
      throw failed(digest, e);
    }
    if (!here(digest)) {
      throw new PrewarmException(digest.shortHex() + ": " + NOT_KEPT);
    }
  }

  private static void read(Digest digest, BlobContent content, Pace pace, PrewarmTask task)
      throws PrewarmException, InterruptedException {
    long length = content.blobBytes();
    long at = 0;
    while (at < length) {
      BlobBytes bytes =
          await(digest, content.next(at, pace.end(at, length)), Duration.ofDays(365), task);
      if (bytes instanceof BlobBytes.InMemory && length > BlobSource.SMALL_BYTES) {
        // So it comes when it is passed through without storing it.
        throw new PrewarmException(digest.shortHex() + ": " + NOT_KEPT);
      }
      at += bytes.length();
      pace.arrived(bytes.length(), task);
    }
  }

  /** Waits as long as the job is wanted. */
  private static <T> T await(
      Digest digest, CompletionStage<T> stage, Duration limit, PrewarmTask task)
      throws PrewarmException, InterruptedException {
    CompletableFuture<T> future = stage.toCompletableFuture();
    long deadline = System.nanoTime() + limit.toNanos();
    while (!task.stopped()) {
      try {
        return future.get(WAIT_SLICE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (System.nanoTime() - deadline > 0) {
          throw failed(digest, e);
        }
      } catch (ExecutionException e) {
        throw failed(digest, e.getCause() == null ? e : e.getCause());
      }
    }
    throw new PrewarmException("stopped");
  }

  private boolean here(Digest digest) {
    Optional<StoredBlob> found = store.find(digest);
    found.ifPresent(StoredBlob::close);
    return found.isPresent();
  }

  private static PrewarmException failed(Digest digest, Throwable e) {
    return new PrewarmException(digest.shortHex() + ": " + e.getMessage(), e);
  }
}
