package io.shoal.node.store;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where things lie in a store's folder, and the lock that keeps other processes out. */
final class StoreFolder implements AutoCloseable {

  private final Path dir;
  private final FileChannel lockFile;

  private StoreFolder(Path dir, FileChannel lockFile) {
    this.dir = dir;
    this.lockFile = lockFile;
  }

  static StoreFolder open(Path dir) throws IOException {
    Files.createDirectories(dir.resolve("partial"));
    Files.createDirectories(dir.resolve("blobs"));
    Path path = dir.resolve("lock");
    FileChannel lockFile =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (tryLock(lockFile) == null) {
      lockFile.close();
      throw new IOException(
          "store folder "
              + dir
              + " is in use by process "
              + Files.readString(path).strip()
              + "; give every process its own store.dir");
    }
    try {
      lockFile.truncate(0);
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      lockFile.write(ByteBuffer.wrap(pid), 0);
    } catch (IOException e) {
      if (!DiskFullException.means(e)) {
        lockFile.close();
        throw e;
      }
    }
    return new StoreFolder(dir, lockFile);
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  Path root() {
    return dir;
  }

  Path records() {
    return dir.resolve("db");
  }

  Path ballast() {
    return dir.resolve("ballast");
  }

  Path blob(Digest digest) {
    String hex = digest.hex();
    return dir.resolve("blobs")
        .resolve(digest.algorithm().ociName())
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex);
  }

  Path partial(Digest digest) {
    return dir.resolve("partial").resolve(digest.algorithm().ociName() + "-" + digest.hex());
  }

  /** A file that is deleted at the next start if it is still there. */
  Path temporary(Digest digest) throws IOException {
    return Files.createTempFile(dir.resolve("partial"), digest.shortHex() + "-", ".tmp");
  }

  /** Creates the file of a partial blob at its full length, replacing an older one. */
  void createPartial(Digest digest, long blobBytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            partial(digest),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      if (blobBytes > 0) {
        // Sparse: Java cannot allocate without writing. The room is accounted for instead.
        channel.write(ByteBuffer.allocate(1), blobBytes - 1);
      }
    }
  }

  /** Creates the folders a verified blob needs. */
  void prepareBlob(Digest digest) throws IOException {
    Path parent = blob(digest).getParent();
    Files.createDirectories(parent == null ? dir : parent);
  }

  /** Moves a file to where the verified blob belongs, over an equal one if there is one. */
  void moveToBlobs(Path file, Digest digest) throws IOException {
    Files.move(file, blob(digest), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The files that lie where blobs lie, by digest; files with other names are deleted. */
  Map<Digest, Long> blobFiles() throws IOException {
    return digests(dir.resolve("blobs"), this::blobAt);
  }

  /** The files of partial blobs; files with other names are deleted. */
  Map<Digest, Long> partialFiles() throws IOException {
    return digests(dir.resolve("partial"), file -> parse(nameOf(file).replaceFirst("-", ":")));
  }

  private interface Naming {
    Optional<Digest> digestOf(Path file);
  }

  private static Map<Digest, Long> digests(Path under, Naming naming) throws IOException {
    Map<Digest, Long> found = new HashMap<>();
    try (Stream<Path> files = Files.walk(under)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Optional<Digest> digest = naming.digestOf(file);
        if (digest.isPresent()) {
          found.put(digest.get(), Files.size(file));
        } else {
          Files.deleteIfExists(file);
        }
      }
    }
    return found;
  }

  private Optional<Digest> blobAt(Path file) {
    Path algorithm = dir.resolve("blobs").relativize(file).getName(0);
    Optional<Digest> digest = parse(algorithm + ":" + nameOf(file));
    return digest.filter(d -> blob(d).equals(file));
  }

  private static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  private static Optional<Digest> parse(String text) {
    try {
      return Optional.of(Digest.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
