package io.shoal.origin.push;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.oci.push.Chunk;
import io.shoal.oci.push.PushContent;
import io.shoal.oci.push.PushedManifest;
import io.shoal.oci.push.UploadState;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.origin.fetch.BlobFetches;
import io.shoal.origin.upstream.KeptRepositories;
import io.shoal.origin.upstream.KeptRepository;
import io.shoal.origin.upstream.OriginFailure;
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
 * Takes pushes for the repositories that are kept here. A blob is hashed while it arrives, and is
 * in the blob store, on the disk and ready for the swarm before its client hears that it was taken.
 */
public final class OriginPush implements PushContent, AutoCloseable {

  private static final long EXPIRE_SECONDS = 60;

  private final PushSettings settings;
  private final Uploads uploads;
  private final Upstreams upstreams;
  private final KeptRepositories repositories;
  private final BlobStore store;
  private final BlobFetches blobs;
  private final ScheduledExecutorService upkeep =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("upload-expiry").factory());

  private OriginPush(
      PushSettings settings,
      Uploads uploads,
      Upstreams upstreams,
      KeptRepositories repositories,
      BlobStore store,
      BlobFetches blobs) {
    this.settings = settings;
    this.uploads = uploads;
    this.upstreams = upstreams;
    this.repositories = repositories;
    this.store = store;
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
      KeptRepositories repositories,
      BlobStore store,
      BlobFetches blobs)
      throws IOException {
    Uploads uploads =
        Uploads.open(folder, settings.maxUploads(), settings.uploadTtl(), InstantSource.system());
    return new OriginPush(settings, uploads, upstreams, repositories, store, blobs);
  }

  private record Target(RepositoryRef ref, KeptRepository repository) {}

  private Target target(ContentName name) throws RegistryException {
    try {
      RepositoryRef ref = upstreams.repository(name.upstream(), name.repository());
      return new Target(ref, upstreams.kept(ref).orElseThrow(() -> refused(name)));
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
        "nothing is pushed to " + name.upstream() + " here (push.mode, push.registries)");
  }

  private interface Change<T> {
    T make() throws IOException, RegistryException;
  }

  private static <T> T durably(Change<T> change) throws RegistryException {
    try {
      return change.make();
    } catch (IOException e) {
      throw RegistryException.unavailable(
          503, "the origin's disk failed: " + e.getMessage(), Optional.empty(), e);
    }
  }

  @Override
  public UploadState begin(ContentName name) throws RegistryException {
    Target target = target(name);
    return durably(() -> new UploadState(uploads.begin(target.ref()).id(), 0));
  }

  @Override
  public boolean mount(ContentName name, ContentName from, Digest digest) throws RegistryException {
    Target target = target(name);
    if (!target(from).repository().hasBlob(digest)) {
      return false;
    }
    return durably(() -> {
      repositories.addBlob(target.repository(), digest);
      return true;
    });
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
      return undisturbed(() -> keep(target.repository(), upload, digest));
    });
  }

  private Digest keep(KeptRepository repository, Upload upload, Digest digest)
      throws IOException, InterruptedException {
    repositories.pin(digest);
    try (FileChannel content = FileChannel.open(upload.file(), StandardOpenOption.READ)) {
      blobs.keep(digest, content, content.size());
    }
    repositories.addBlob(repository, digest);
    uploads.end(upload);
    return digest;
  }

  /**
   * Does it on a thread that nobody interrupts: a client that goes away interrupts its own, and
   * that would close the blob's file for all who read it.
   */
  private static <T> T undisturbed(Callable<T> work) throws IOException {
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
      ContentName name, Optional<String> tag, PushedManifest manifest) throws RegistryException {
    KeptRepository repository = target(name).repository();
    for (Digest blob : manifest.blobs()) {
      if (!repository.hasBlob(blob)) {
        throw missing("blob " + blob, name);
      }
    }
    for (Digest part : manifest.manifests()) {
      if (!repository.hasManifest(part)) {
        throw missing("manifest " + part, name);
      }
    }
    return durably(() -> {
      repositories.pin(manifest.digest());
      store.putManifest(manifest.digest(), manifest.mediaType(), manifest.bytes()).close();
      repositories.addManifest(
          repository, manifest.digest(), manifest.subject(), manifest.descriptor());
      if (tag.isPresent()) {
        repository.putTag(tag.get(), manifest.digest());
      }
      return manifest.subject();
    });
  }

  private static RegistryException missing(String what, ContentName name) {
    return new RegistryException(
        RegistryErrorCode.MANIFEST_BLOB_UNKNOWN,
        "the manifest names " + what + ", which is not in " + name);
  }

  @Override
  public boolean mayDelete(ContentName name) {
    return settings.delete();
  }

  @Override
  public void deleteTag(ContentName name, String tag) throws RegistryException {
    KeptRepository repository = target(name).repository();
    if (!durably(() -> repository.deleteTag(tag))) {
      throw RegistryException.manifestUnknown(name, tag);
    }
  }

  @Override
  public void deleteManifest(ContentName name, Digest digest) throws RegistryException {
    KeptRepository repository = target(name).repository();
    if (!durably(() -> repositories.deleteManifest(repository, digest))) {
      throw RegistryException.manifestUnknown(name, digest.toString());
    }
  }

  @Override
  public void deleteBlob(ContentName name, Digest digest) throws RegistryException {
    KeptRepository repository = target(name).repository();
    if (!durably(() -> repositories.deleteBlob(repository, digest))) {
      throw RegistryException.blobUnknown(name, digest);
    }
  }

  /** Uploads under way stay for the next start. */
  @Override
  public void close() {
    upkeep.shutdownNow();
  }
}
