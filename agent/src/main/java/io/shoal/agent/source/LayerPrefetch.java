package io.shoal.agent.source;

import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoredBlob;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.ManifestContent;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.swarm.message.Priority;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the other layers of an image as soon as a client reads one of them, behind what clients
 * wait for. A manifest, a config or a HEAD alone moves nothing: after a rolling update a runtime
 * reads those of an image whose layers it has. Thread-safe; never blocks.
 */
public final class LayerPrefetch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LayerPrefetch.class);

  /** Layers whose images are remembered. */
  private static final int REMEMBERED = 10_000;

  private static final int LARGEST_IMAGE = 500;
  private static final int MOST_WAITING = 1_000;
  private static final int AT_ONCE = 6;

  /** Between the last byte and the blob's place in the store lies an fsync. */
  private static final long COMMIT_SECONDS = 60;

  private final BlobStore store;
  private final BlobSource blobs;
  private final Semaphore places = new Semaphore(AT_ONCE, true);
  private final Set<Digest> underWay = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("prefetch-", 0).factory());

  /** All layers of the image that a layer was last seen in. */
  private final Map<Digest, List<Digest>> images =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, List<Digest>> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** A prefetch into this store. */
  public LayerPrefetch(BlobStore store, BlobSource blobs) {
    this.store = store;
    this.blobs = blobs;
  }

  /** A client reads this manifest. */
  public void manifestRead(ManifestContent manifest) {
    byte[] content = new byte[manifest.content().remaining()];
    manifest.content().duplicate().get(content);
    try {
      List<Digest> layers = Descriptors.layers(content);
      if (layers.size() <= LARGEST_IMAGE) {
        synchronized (images) {
          layers.forEach(layer -> images.put(layer, layers));
        }
      }
    } catch (IOException e) {
      log.debug("A manifest is no JSON: {}", e.getMessage());
    }
  }

  /** A client reads this blob. */
  public void blobRead(ContentName name, Digest digest) {
    List<Digest> layers;
    synchronized (images) {
      layers = images.getOrDefault(digest, List.of());
    }
    for (Digest layer : layers) {
      if (!layer.equals(digest)
          && underWay.size() < MOST_WAITING
          && !here(layer)
          && underWay.add(layer)) {
        threads.execute(() -> fetch(name, layer));
      }
    }
  }

  private boolean here(Digest digest) {
    Optional<StoredBlob> found = store.find(digest);
    found.ifPresent(StoredBlob::close);
    return found.isPresent();
  }

  private void fetch(ContentName name, Digest digest) {
    boolean admitted = false;
    try {
      places.acquire();
      admitted = true;
      try (BlobContent content = blobs.open(name, digest, Priority.PREWARM)) {
        readAll(content);
        blobs.stored(digest).toCompletableFuture().get(COMMIT_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | UpstreamException | ExecutionException | TimeoutException e) {
      log.info("{} is not fetched before it is asked for: {}", digest.shortHex(), e.getMessage());
    } finally {
      if (admitted) {
        places.release();
      }
      underWay.remove(digest);
    }
  }

  private static void readAll(BlobContent content)
      throws IOException, InterruptedException, ExecutionException {
    long length = content.blobBytes();
    for (long at = 0; at < length; ) {
      BlobBytes bytes = content.next(at, length).toCompletableFuture().get();
      if (bytes instanceof BlobBytes.InMemory && length > BlobSource.SMALL_BYTES) {
        // So it comes when it is passed through without storing it.
        throw new IOException("there is no room for it on this node's disk");
      }
      at += bytes.length();
    }
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
