package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image made of files that are on this machine anyway, without any base image. Its name is of
 * the kind that Docker Hub uses, so that a daemon asks its mirrors for it.
 *
 * @param repository as the registry knows it, with {@code library/}
 * @param greeting what a container of it prints
 * @param config the configuration blob
 * @param layers lowest first
 * @param mediaType the manifest's type
 * @param manifest the manifest's bytes
 */
public record TestImage(
    String repository,
    String tag,
    String greeting,
    Blob config,
    List<Blob> layers,
    String mediaType,
    byte[] manifest) {

  /** A list of images, one for each kind of machine. */
  public static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

  /** A blob of the image, in a file. */
  public record Blob(String digest, long bytes, String mediaType, Path file) {
    /** The part of the digest that names files. */
    public String hex() {
      return digest.substring(digest.indexOf(':') + 1);
    }

    /** Whether the registry must not have it: whoever wants it goes to an address of its own. */
    boolean isForeign() {
      return mediaType.contains(".foreign.");
    }
  }

  /** What a user of Docker types. */
  public String dockerName() {
    return repository.substring("library/".length()) + ":" + tag;
  }

  /** What a user of Docker types for this manifest and no other. */
  public String dockerPin() {
    return repository.substring("library/".length()) + "@" + digest();
  }

  /** What a user of containerd types. */
  public String fullName() {
    return nameAt("docker.io");
  }

  /** The same at another registry. */
  public String nameAt(String registry) {
    return registry + "/" + repository + ":" + tag;
  }

  /** What names this manifest and no other. */
  public String digest() {
    return ImageFactory.digestOf(manifest);
  }

  public List<Blob> blobs() {
    return Stream.concat(layers.stream(), Stream.of(config)).toList();
  }

  public long blobBytes() {
    return blobs().stream().mapToLong(Blob::bytes).sum();
  }

  /** The largest layer: the one that a fault in the middle of a pull hits. */
  public Blob largestLayer() {
    return layers.stream().max(Comparator.comparingLong(Blob::bytes)).orElseThrow();
  }

  /** Length of a blob's pieces, by the table in docs: it depends on the blob's size alone. */
  public static int pieceBytes(long blobBytes) {
    long mib = 1 << 20;
    if (blobBytes <= 32 * mib) {
      return 256 << 10;
    }
    if (blobBytes <= 256 * mib) {
      return 1 << 20;
    }
    return 2 << 20;
  }

  /** Number of pieces of a blob. */
  public static int pieceCount(long blobBytes) {
    int pieceBytes = pieceBytes(blobBytes);
    return (int) ((blobBytes + pieceBytes - 1) / pieceBytes);
  }

  /** One piece of a blob, as it must be. */
  public static byte[] piece(Blob blob, int index) {
    int pieceBytes = pieceBytes(blob.bytes());
    long from = (long) index * pieceBytes;
    byte[] piece = new byte[(int) Math.min(pieceBytes, blob.bytes() - from)];
    try (RandomAccessFile file = new RandomAccessFile(blob.file().toFile(), "r")) {
      file.seek(from);
      file.readFully(piece);
      return piece;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
