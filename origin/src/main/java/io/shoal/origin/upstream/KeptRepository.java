package io.shoal.origin.upstream;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A repository that has no upstream: which blobs, manifests and tags belong to it. One file each,
 * so that a change is one rename; the bytes are in the blob store. Names of the folders begin with
 * {@code _}, as no part of a repository's name does. Thread-safe: who lists while others change
 * sees some of it.
 */
public final class KeptRepository {

  private static final byte[] NOTHING = {};

  private final Path blobs;
  private final Path manifests;
  private final Path tags;
  private final Path referrers;

  KeptRepository(Path folder) {
    this.blobs = folder.resolve("_blobs");
    this.manifests = folder.resolve("_manifests");
    this.tags = folder.resolve("_tags");
    this.referrers = folder.resolve("_referrers");
  }

  /** Whether the blob belongs to it. */
  public boolean hasBlob(Digest digest) {
    return Files.exists(blobs.resolve(fileName(digest)));
  }

  /** Whether the manifest belongs to it. */
  public boolean hasManifest(Digest digest) {
    return Files.exists(manifests.resolve(fileName(digest)));
  }

  void addBlob(Digest digest) throws IOException {
    DurableFiles.write(blobs.resolve(fileName(digest)), NOTHING);
  }

  /**
   * Adds a manifest that is in the blob store.
   *
   * @param subject what it refers to, under which it is listed
   * @param descriptor what such a list says about it, as JSON
   */
  void addManifest(Digest digest, Optional<Digest> subject, byte[] descriptor) throws IOException {
    if (subject.isPresent()) {
      DurableFiles.write(
          referrers.resolve(fileName(subject.get())).resolve(fileName(digest)), descriptor);
    }
    DurableFiles.write(manifests.resolve(fileName(digest)), NOTHING);
  }

  /** Lets a tag name a manifest. */
  public void putTag(String tag, Digest digest) throws IOException {
    DurableFiles.write(tags.resolve(tag), digest.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** What a tag names. */
  public Optional<Digest> tag(String tag) throws IOException {
    try {
      return Optional.of(Digest.parse(Files.readString(tags.resolve(tag))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** All tags in lexical order. */
  public List<String> tags() throws IOException {
    return DurableFiles.names(tags);
  }

  /**
   * Descriptors, as JSON, of the manifests that refer to this one, in the order of their digests.
   */
  public List<String> referrers(Digest subject) throws IOException {
    Path folder = referrers.resolve(fileName(subject));
    List<String> descriptors = new ArrayList<>();
    for (String name : DurableFiles.names(folder)) {
      try {
        descriptors.add(Files.readString(folder.resolve(name)));
      } catch (NoSuchFileException e) {
        // Deleted meanwhile.
        continue;
      }
    }
    return descriptors;
  }

  /** Forgets a tag; false if there is none. */
  public boolean deleteTag(String tag) throws IOException {
    return DurableFiles.delete(tags.resolve(tag));
  }

  boolean deleteManifest(Digest digest) throws IOException {
    for (String tag : tags()) {
      if (tag(tag).equals(Optional.of(digest))) {
        deleteTag(tag);
      }
    }
    for (String subject : DurableFiles.names(referrers)) {
      DurableFiles.delete(referrers.resolve(subject).resolve(fileName(digest)));
    }
    return DurableFiles.delete(manifests.resolve(fileName(digest)));
  }

  boolean deleteBlob(Digest digest) throws IOException {
    return DurableFiles.delete(blobs.resolve(fileName(digest)));
  }

  /** Everything whose bytes must stay in the blob store. */
  List<Digest> contents() throws IOException {
    List<Digest> all = new ArrayList<>();
    for (Path folder : List.of(blobs, manifests)) {
      for (String name : DurableFiles.names(folder)) {
        all.add(digest(name));
      }
    }
    return all;
  }

  /** A digest as a file name: its colon is awkward on some file systems and in some shells. */
  private static String fileName(Digest digest) {
    return digest.algorithm().ociName() + "-" + digest.hex();
  }

  private static Digest digest(String fileName) {
    int dash = fileName.indexOf('-');
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      if (dash > 0 && fileName.substring(0, dash).equals(algorithm.ociName())) {
        return new Digest(algorithm, fileName.substring(dash + 1));
      }
    }
    throw new IllegalArgumentException("not the name of a blob: " + fileName);
  }
}
