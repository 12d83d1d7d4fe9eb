package io.shoal.cli.dev.pull;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
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
 * time, and beside them the configuration. Nothing is kept; every digest is checked.
 */
public final class ImagePull {

  private static final int LAYERS_AT_A_TIME = 3;

  /** What the distribution specification lets registries cap manifests at. */
  private static final int MOST_MANIFEST_BYTES = 4 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI registry;
  private final String repository;
  private final String reference;
  private final String architecture;
  private final PullProgress progress = new PullProgress();

  /**
   * @param registry whom to ask, e.g. {@code http://127.0.0.1:4600}
   * @param repository e.g. {@code library/alpine}
   * @param reference a tag or a digest
   * @param architecture which image of a multi-platform list, in OCI's words, e.g. {@code amd64}
   */
  public ImagePull(URI registry, String repository, String reference, String architecture) {
    this.registry = registry;
    this.repository = repository;
    this.reference = reference;
    this.architecture = architecture;
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
        RemoteManifest.Image image = image();
        progress.expect(image.bytes());
        pullBlobs(workers, image);
        return outcome(image, start);
      } finally {
        workers.shutdownNow();
      }
    }
  }

  private PullOutcome outcome(RemoteManifest.Image image, long start) {
    Duration duration = Duration.ofNanos(progress.elapsedNanos() - start);
    Duration firstByte =
        Duration.ofNanos(Math.max(0, progress.firstByteNanos().orElse(start) - start));
    return new PullOutcome(image.bytes(), duration, firstByte);
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
    BlobPull pull = new BlobPull(blobUri(blob), blob, layer, progress);
    return new FutureTask<>(() -> {
      pull.run();
      return null;
    });
  }

  private RemoteManifest.Image image() throws PullException {
    RemoteManifest found = manifest(reference);
    if (found instanceof RemoteManifest.Index index) {
      Digest digest =
          index
              .imageFor(architecture)
              .orElseThrow(() ->
                  new PullException(
                      "%s:%s has no image for linux/%s, only for %s"
                          .formatted(
                              repository, reference, architecture, index.images().keySet())));
      found = manifest(digest.toString());
    }
    if (found instanceof RemoteManifest.Image image) {
      return image;
    }
    throw new PullException(repository + ":" + reference + " is a list of lists");
  }

  private RemoteManifest manifest(String name) throws PullException {
    URI uri = registry.resolve("/v2/" + repository + "/manifests/" + name);
    try {
      HttpURLConnection connection = Get.open(uri);
      connection.setRequestProperty("Accept", String.join(", ", RemoteManifest.ACCEPTED));
      int status = connection.getResponseCode();
      if (status != 200) {
        throw new PullException(
            "GET %s answered %d: %s".formatted(uri, status, Get.reason(connection)));
      }
      byte[] body;
      try (InputStream in = connection.getInputStream()) {
        body = in.readNBytes(MOST_MANIFEST_BYTES + 1);
      }
      if (body.length > MOST_MANIFEST_BYTES) {
        throw new PullException("GET " + uri + " answered more than 4 MiB");
      }
      checkDigest(uri, name, body);
      return RemoteManifest.of(JSON.readTree(body));
    } catch (IOException e) {
      throw new PullException("GET " + uri + " failed: " + e, e);
    }
  }

  /** A manifest that was asked for by digest has to have it. */
  private static void checkDigest(URI uri, String name, byte[] body) throws PullException {
    if (name.indexOf(':') < 0) {
      return;
    }
    Digest wanted = Digest.parse(name);
    Digest actual =
        Digest.of(wanted.algorithm(), wanted.algorithm().newMessageDigest().digest(body));
    if (!actual.equals(wanted)) {
      throw new PullException("GET " + uri + " answered other content, of digest " + actual);
    }
  }

  private URI blobUri(RemoteManifest.Blob blob) {
    return registry.resolve("/v2/" + repository + "/blobs/" + blob.digest());
  }
}
