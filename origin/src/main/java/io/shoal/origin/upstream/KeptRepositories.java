package io.shoal.origin.upstream;

import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The repositories of registries that have no upstream: this origin is all there is of them. What
 * belongs to one is pinned in the blob store. Thread-safe.
 */
public final class KeptRepositories {

  /** For ever, as far as a blob store is concerned. */
  private static final Duration FOR_GOOD = Duration.ofDays(365L * 100);

  private final Set<String> registries;
  private final Path root;
  private final BlobStore store;

  private KeptRepositories(Set<String> registries, Path root, BlobStore store) {
    this.registries = registries;
    this.root = root;
    this.store = store;
  }

  /**
   * Opens them and pins what belongs to them.
   *
   * @param registries normal names of the registries that are kept here
   * @param root a folder on the file system of the blob store
   */
  public static KeptRepositories open(Set<String> registries, Path root, BlobStore store)
      throws IOException {
    KeptRepositories kept = new KeptRepositories(Set.copyOf(registries), root, store);
    Set<Digest> contents = new TreeSet<>();
    for (KeptRepository repository : kept.all()) {
      contents.addAll(repository.contents());
    }
    for (Digest digest : contents) {
      // A pin is not flushed to the disk when it is set, and a power failure forgets it.
      store.pin(digest, FOR_GOOD);
    }
    return kept;
  }

  /** The repository, if its registry is kept here; it may be empty. */
  public Optional<KeptRepository> find(RepositoryRef ref) {
    return registries.contains(ref.upstream())
        ? Optional.of(new KeptRepository(root.resolve(ref.upstream()).resolve(ref.repository())))
        : Optional.empty();
  }

  /** Keeps a blob, in the store or about to be, from eviction. */
  public void pin(Digest digest) throws IOException {
    store.pin(digest, FOR_GOOD);
  }

  /** Makes a blob that is in the store a part of the repository. */
  public void addBlob(KeptRepository repository, Digest digest) throws IOException {
    pin(digest);
    repository.addBlob(digest);
  }

  /**
   * Makes a manifest that is in the store a part of the repository.
   *
   * @param subject what it refers to
   * @param descriptor what a list of referrers says about it
   */
  public void addManifest(
      KeptRepository repository, Digest digest, Optional<Digest> subject, byte[] descriptor)
      throws IOException {
    pin(digest);
    repository.addManifest(digest, subject, descriptor);
  }

  /** Takes a blob out of the repository; false if it is not there. */
  public boolean deleteBlob(KeptRepository repository, Digest digest) throws IOException {
    boolean deleted = repository.deleteBlob(digest);
    unpinIfUnused(digest);
    return deleted;
  }

  /** Takes a manifest and its tags out of the repository; false if it is not there. */
  public boolean deleteManifest(KeptRepository repository, Digest digest) throws IOException {
    boolean deleted = repository.deleteManifest(digest);
    unpinIfUnused(digest);
    return deleted;
  }

  /** Blobs that no repository has any more are evicted like any other. */
  private void unpinIfUnused(Digest digest) throws IOException {
    for (KeptRepository other : all()) {
      if (other.hasBlob(digest) || other.hasManifest(digest)) {
        return;
      }
    }
    store.unpin(digest);
  }

  private List<KeptRepository> all() throws IOException {
    List<KeptRepository> found = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return found;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folder.getFileName().toString().startsWith("_")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            found.add(new KeptRepository(folder));
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
