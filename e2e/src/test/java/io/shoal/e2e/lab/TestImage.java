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
 * @param manifest the manifest's bytes
 */
public record TestImage(
    String repository,
    String tag,
    String greeting,
    Blob config,
    List<Blob> layers,
    byte[] manifest) {

  /** Docker's own manifest type: every daemon of the last ten years reads it. */
  public static final String MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

  /** A blob of the image, in a file. */
  public record Blob(String digest, long bytes, String mediaType, Path file) {
    /** The part of the digest that names files. */
    public String hex() {
      return digest.substring(digest.indexOf(':') + 1);
    }
  }

  /** What a user of Docker types. */
  public String dockerName() {
    return repository.substring("library/".length()) + ":" + tag;
  }

  /** What a user of containerd types. */
  public String fullName() {
    return "docker.io/" + repository + ":" + tag;
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
