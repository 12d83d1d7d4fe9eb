package io.shoal.agent.prewarm;

import io.shoal.agent.source.BlobSource;
import io.shoal.agent.source.ManifestSource;
import io.shoal.client.tracker.TrackerMessage.Prewarm;
import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoredBlob;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.upstream.UpstreamException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Makes images local: reads their blobs through this node's own sources to nowhere, so that they
 * stay in its store. Blocks; thread-safe.
 */
final class ImageFetcher {

  /** From here on a blob that is passed through without storing it is told from a small one. */
  private static final long SMALL_BYTES = 1 << 20;

  /** Between the last byte and the blob's place in the store lies an fsync. */
  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(60);

  private static final long COMMIT_POLL_MILLIS = 20;
  private static final long WAIT_SLICE_MILLIS = 200;
  private static final String NOT_KEPT = "there is no room for it on this node's disk";

  private final BlobStore store;
  private final BlobSource blobs;
  private final ImageBlobs images;

  ImageFetcher(
      BlobStore store, BlobSource blobs, ManifestSource manifests, Predicate<ContentName> allowed) {
    this.store = store;
    this.blobs = blobs;
    this.images = new ImageBlobs(manifests, allowed);
  }

  /** One blob of the job. */
  private record Wanted(ContentName name, Digest digest) {}

  /**
   * Carries a job out.
   *
   * @throws PrewarmException if some part of it cannot be had or kept
   */
  void fetch(PrewarmTask task) throws PrewarmException, InterruptedException {
    Prewarm order = task.order();
    Optional<String> named = order.platform();
    Platform platform = named.isPresent() ? Platform.parse(named.get()) : Platform.own();
    Map<Digest, Long> sizes = new HashMap<>();
    List<Wanted> wanted = new ArrayList<>();
    for (String image : order.images()) {
      ImageBlobs.Parts parts = images.find(image, platform);
      for (Digest manifest : parts.manifests()) {
        pin(manifest, order);
      }
      parts
          .blobs()
          .forEach((digest, bytes) -> {
            if (sizes.put(digest, bytes) == null) {
              wanted.add(new Wanted(parts.name(), digest));
            }
          });
    }
    task.total(sizes.values().stream().mapToLong(Long::longValue).sum());
    for (Wanted blob : wanted) {
      pin(blob.digest(), order);
      fetch(blob, task);
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

  private void fetch(Wanted wanted, PrewarmTask task)
      throws PrewarmException, InterruptedException {
    Digest digest = wanted.digest();
    if (here(digest)) {
      task.arrived(blobs.knownBytes(digest).orElse(0));
      return;
    }
    try (BlobContent content = blobs.open(wanted.name(), digest)) {
      read(digest, content, task);
      awaitCommit(digest);
    } catch (IOException | UpstreamException e) {
      throw failed(digest, e);
    }
  }

  private void read(Digest digest, BlobContent content, PrewarmTask task)
      throws PrewarmException, InterruptedException {
    long length = content.blobBytes();
    long at = 0;
    while (at < length) {
      BlobBytes bytes = next(digest, content, at, task);
      if (bytes instanceof BlobBytes.InMemory && length > SMALL_BYTES) {
        throw new PrewarmException(digest.shortHex() + ": " + NOT_KEPT);
      }
      at += bytes.length();
      task.arrived(bytes.length());
    }
  }

  private static BlobBytes next(Digest digest, BlobContent content, long at, PrewarmTask task)
      throws PrewarmException, InterruptedException {
    CompletableFuture<BlobBytes> next = content.next(at, content.blobBytes()).toCompletableFuture();
    while (true) {
      if (task.stopped()) {
        throw new PrewarmException("stopped");
      }
      try {
        return next.get(WAIT_SLICE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Look whether anybody still wants it, and wait on.
      } catch (ExecutionException e) {
        throw failed(digest, e.getCause() == null ? e : e.getCause());
      }
    }
  }

  private void awaitCommit(Digest digest) throws PrewarmException, InterruptedException {
    long deadline = System.nanoTime() + COMMIT_LIMIT.toNanos();
    while (!here(digest)) {
      // Small blobs are kept before they are read; a large one may take a moment.
      if (System.nanoTime() - deadline > 0 || blobs.knownBytes(digest).orElse(0) <= SMALL_BYTES) {
        throw new PrewarmException(digest.shortHex() + ": " + NOT_KEPT);
      }
      Thread.sleep(COMMIT_POLL_MILLIS);
    }
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
