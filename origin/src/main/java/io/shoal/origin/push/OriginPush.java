package io.shoal.origin.push;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.oci.push.Chunk;
import io.shoal.oci.push.PushContent;
import io.shoal.oci.push.PushedManifest;
import io.shoal.oci.push.UploadState;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.origin.fetch.BlobFetches;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.Pins;
import io.shoal.origin.upstream.RepositoryRef;
import io.shoal.origin.upstream.Upstreams;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Takes pushes for the registries that the configuration names, each of which has a destination. A
 * blob is hashed while it arrives, and is in the blob store, on the disk and ready for the swarm
 * before its client hears that it was taken.
 */
public final class OriginPush implements PushContent, AutoCloseable {

  private static final long EXPIRE_SECONDS = 60;

  private final PushSettings settings;
  private final Uploads uploads;
  private final Upstreams upstreams;
  private final Destinations destinations;
  private final BlobFetches blobs;
  private final ScheduledExecutorService upkeep =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("upload-expiry").factory());

  private OriginPush(
      PushSettings settings,
      Uploads uploads,
      Upstreams upstreams,
      Destinations destinations,
      BlobFetches blobs) {
    this.settings = settings;
    this.uploads = uploads;
    this.upstreams = upstreams;
    this.destinations = destinations;
    this.blobs = blobs;
    upkeep.scheduleWithFixedDelay(
        uploads::expire, EXPIRE_SECONDS, EXPIRE_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Opens it; uploads that were under way before go on.
   *
   * @param folder where uploads are kept, on the file system of the blob store
   */
  public static OriginPush open(
      PushSettings settings,
      Path folder,
      Upstreams upstreams,
      Destinations destinations,
      BlobFetches blobs)
      throws IOException {
    Uploads uploads =
        Uploads.open(folder, settings.maxUploads(), settings.uploadTtl(), InstantSource.system());
    return new OriginPush(settings, uploads, upstreams, destinations, blobs);
  }

  private record Target(RepositoryRef ref, Destination destination) {}

  private Target target(ContentName name) throws RegistryException {
    try {
      RepositoryRef ref = upstreams.repository(name.upstream(), name.repository());
      return new Target(ref, destinations.of(ref.upstream()).orElseThrow(() -> refused(name)));
    } catch (OriginFailure e) {
      throw new RegistryException(
          e.error().reason() == OriginReason.DENIED
              ? RegistryErrorCode.NAME_UNKNOWN
              : RegistryErrorCode.NAME_INVALID,
          e.error().message());
    }
  }

  private static RegistryException refused(ContentName name) {
    return new RegistryException(
        RegistryErrorCode.DENIED,
        "nothing is pushed to " + name.upstream() + " here (push.registries)");
  }

  private interface Change<T> {
    T make() throws IOException, RegistryException, InterruptedException;
  }

  private static <T> T durably(Change<T> change) throws RegistryException, InterruptedException {
    try {
      return change.make();
    } catch (IOException e) {
      throw RegistryException.unavailable(
          503, "the origin's disk failed: " + e.getMessage(), Optional.empty(), e);
    }
  }

  @Override
  public UploadState begin(ContentName name) throws RegistryException, InterruptedException {
    Target target = target(name);
    return durably(() -> new UploadState(uploads.begin(target.ref()).id(), 0));
  }

  @Override
  public boolean mount(ContentName name, ContentName from, Digest digest)
      throws RegistryException, InterruptedException {
    Target target = target(name);
    RepositoryRef source = target(from).ref();
    // Between two registries there is nothing to mount.
    return source.upstream().equals(target.ref().upstream())
        && durably(() -> target.destination().mount(target.ref(), source, digest));
  }

  @Override
  public UploadState state(ContentName name, String id)
      throws RegistryException, InterruptedException {
    Upload upload = uploads.find(target(name).ref(), id);
    return upload.alone(() -> new UploadState(id, upload.bytes()));
  }

  @Override
  public UploadState append(ContentName name, String id, Chunk chunk)
      throws RegistryException, InterruptedException {
    Upload upload = uploads.find(target(name).ref(), id);
    return upload.alone(() -> {
      append(upload, chunk);
      return new UploadState(id, upload.bytes());
    });
  }

  /** What is too long can never become a blob: nothing of it is kept. */
  private void append(Upload upload, Chunk chunk) throws RegistryException, IOException {
    try {
      upload.append(chunk, settings.maxBlob().bytes());
    } catch (RegistryException e) {
      if (e.code() == RegistryErrorCode.SIZE_INVALID) {
        uploads.end(upload);
      }
      throw e;
    }
  }

  @Override
  public void finish(ContentName name, String id, Chunk chunk, Digest digest)
      throws RegistryException, InterruptedException {
    Target target = target(name);
    Upload upload = uploads.find(target.ref(), id);
    upload.alone(() -> {
      append(upload, chunk);
      Digest found = upload.digest(digest.algorithm());
      if (!found.equals(digest)) {
        uploads.end(upload);
        throw new RegistryException(
            RegistryErrorCode.DIGEST_INVALID, "what was uploaded is " + found + ", not " + digest);
      }
      return undisturbed(() -> keep(target, upload, digest));
    });
  }

  /** What its registry does not take now stays an upload, to be finished again. */
  private Digest keep(Target target, Upload upload, Digest digest)
      throws IOException, RegistryException, InterruptedException {
    try (Pins.Hold _ = destinations.hold(digest);
        FileChannel content = FileChannel.open(upload.file(), StandardOpenOption.READ)) {
      blobs.keep(digest, content, content.size());
      target.destination().blob(target.ref(), digest);
    }
    uploads.end(upload);
    return digest;
  }

  /**
   * Does it on a thread that nobody interrupts: a client that goes away interrupts its own, and
   * that would close the blob's file for all who read it.
   */
  private static <T> T undisturbed(Callable<T> work) throws IOException, RegistryException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().name("keep-upload").start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RegistryException refused) {
        throw refused;
      }
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void cancel(ContentName name, String id) throws RegistryException, InterruptedException {
    Upload upload = uploads.find(target(name).ref(), id);
    upload.alone(() -> {
      uploads.end(upload);
      return id;
    });
  }

  @Override
  public Optional<Digest> putManifest(
      ContentName name, Optional<String> tag, PushedManifest manifest)
      throws RegistryException, InterruptedException {
    Target target = target(name);
    return durably(() -> target.destination().manifest(target.ref(), tag, manifest));
  }

  static RegistryException missing(String what, RepositoryRef repository) {
    return new RegistryException(
        RegistryErrorCode.MANIFEST_BLOB_UNKNOWN,
        "the manifest names " + what + ", which is not in " + repository);
  }

  @Override
  public boolean mayDelete(ContentName name) {
    return settings.delete();
  }

  @Override
  public void deleteTag(ContentName name, String tag)
      throws RegistryException, InterruptedException {
    Target target = target(name);
    if (!durably(() -> target.destination().deleteTag(target.ref(), tag))) {
      throw RegistryException.manifestUnknown(name, tag);
    }
  }

  @Override
  public void deleteManifest(ContentName name, Digest digest)
      throws RegistryException, InterruptedException {
    Target target = target(name);
    if (!durably(() -> target.destination().deleteManifest(target.ref(), digest))) {
      throw RegistryException.manifestUnknown(name, digest.toString());
    }
  }

  @Override
  public void deleteBlob(ContentName name, Digest digest)
      throws RegistryException, InterruptedException {
    Target target = target(name);
    if (!durably(() -> target.destination().deleteBlob(target.ref(), digest))) {
      throw RegistryException.blobUnknown(name, digest);
    }
  }

  /** Uploads under way stay for the next start. */
  @Override
  public void close() {
    upkeep.shutdownNow();
  }
}
