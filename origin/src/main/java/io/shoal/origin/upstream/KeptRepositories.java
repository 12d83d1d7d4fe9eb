package io.shoal.origin.upstream;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The repositories of registries that have no upstream: this origin is all there is of them. What
 * belongs to one is pinned in the blob store. Thread-safe: what is added is not unpinned by a
 * deletion elsewhere at the same time.
 */
public final class KeptRepositories {

  private final Set<String> registries;
  private final Path root;
  private final Pins pins;

  private KeptRepositories(Set<String> registries, Path root, Pins pins) {
    this.registries = registries;
    this.root = root;
    this.pins = pins;
  }

  /**
   * Opens them and pins what belongs to them.
   *
   * @param registries normal names of the registries that are kept here
   * @param root a folder on the file system of the blob store
   */
  public static KeptRepositories open(Set<String> registries, Path root, Pins pins)
      throws IOException {
    KeptRepositories kept = new KeptRepositories(Set.copyOf(registries), root, pins);
    Set<Digest> contents = new TreeSet<>();
    for (KeptRepository repository : kept.all()) {
      contents.addAll(repository.contents());
    }
    for (Digest digest : contents) {
      // A pin is not flushed to the disk when it is set, and a power failure forgets it.
      pins.pin(digest);
    }
    pins.join(kept::holds);
    return kept;
  }

  /** The repository, if its registry is kept here; it may be empty. */
  public Optional<KeptRepository> find(RepositoryRef ref) {
    return registries.contains(ref.upstream())
        ? Optional.of(new KeptRepository(root.resolve(ref.upstream()).resolve(ref.repository())))
        : Optional.empty();
  }

  /** Makes a blob that is in the store a part of the repository. */
  public void addBlob(KeptRepository repository, Digest digest) throws IOException {
    synchronized (pins) {
      pins.pin(digest);
      repository.addBlob(digest);
    }
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
    synchronized (pins) {
      pins.pin(digest);
      repository.addManifest(digest, subject, descriptor);
    }
  }

  /** Takes a blob out of the repository; false if it is not there. */
  public boolean deleteBlob(KeptRepository repository, Digest digest) throws IOException {
    synchronized (pins) {
      boolean deleted = repository.deleteBlob(digest);
      pins.release(digest);
      return deleted;
    }
  }

  /** Takes a manifest and its tags out of the repository; false if it is not there. */
  public boolean deleteManifest(KeptRepository repository, Digest digest) throws IOException {
    synchronized (pins) {
      boolean deleted = repository.deleteManifest(digest);
      pins.release(digest);
      return deleted;
    }
  }

  /** Blobs that no repository has any more are evicted like any other. */
  private boolean holds(Digest digest) throws IOException {
    for (KeptRepository repository : all()) {
      if (repository.hasBlob(digest) || repository.hasManifest(digest)) {
        return true;
      }
    }
    return false;
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
