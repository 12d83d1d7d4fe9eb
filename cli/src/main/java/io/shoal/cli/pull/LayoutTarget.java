package io.shoal.cli.pull;

import io.shoal.cli.console.UserError;
import io.shoal.cli.files.DirectoryTree;
import io.shoal.cli.layout.LayoutIndex;
import io.shoal.cli.layout.OciLayout;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects images in a folder, in the OCI image layout. What a pull that ended early has brought
 * lies in a folder beside the blobs, and the next pull goes on from there.
 */
final class LayoutTarget implements BlobTarget, AutoCloseable {

  private static final String UNFINISHED = ".unfinished";
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path directory;
  private final Path unfinished;
  private final FileChannel lockFile;

  private LayoutTarget(Path directory, FileChannel lockFile) {
    this.directory = directory;
    this.unfinished = directory.resolve(UNFINISHED);
    this.lockFile = lockFile;
  }

  /**
   * Begins to collect in this folder, which is made if it is missing; only one pull at a time does.
   *
   * @throws UserError if it holds something else, or another pull uses it
   */
  static LayoutTarget in(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (!LayoutIndex.isIn(directory)) {
      try (Stream<Path> there = Files.list(directory)) {
        if (there.findAny().isPresent()) {
          throw UserError.unusable(
              directory + " holds something that is no OCI image layout; name an empty folder");
        }
      }
      LayoutIndex.begin(directory);
    }
    Path unfinished = directory.resolve(UNFINISHED);
    Files.createDirectories(unfinished);
    FileChannel lockFile =
        FileChannel.open(
            unfinished.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(lockFile) == null) {
      lockFile.close();
      throw UserError.failed("another pull writes into " + directory + " at this moment");
    }
    return new LayoutTarget(directory, lockFile);
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** A blob that is here already is looked at again, like one that is here in part. */
  @Override
  public BlobFile open(Digest digest, long bytes) throws IOException {
    Path file = OciLayout.blobFile(directory, digest);
    Path part = unfinished.resolve(digest.algorithm().ociName() + "-" + digest.hex());
    if (Files.exists(file)) {
      Files.move(file, part, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    FileChannel channel =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new Part(channel, part, file, bytes);
  }

  private record Part(FileChannel channel, Path part, Path file, long bytes) implements BlobFile {

    @Override
    public long resume(MessageDigest hash) throws IOException {
      if (channel.size() > bytes) {
        channel.truncate(0);
      }
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer) >= 0) {
        hash.update(buffer.flip());
        buffer.clear();
      }
      return channel.position();
    }

    @Override
    public void write(ByteBuffer content) throws IOException {
      while (content.hasRemaining()) {
        channel.write(content);
      }
    }

    @Override
    public void discard() throws IOException {
      channel.truncate(0);
    }

    @Override
    public void complete() throws IOException {
      channel.force(false);
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** All blobs of an image are here: makes it one of the layout. */
  void finish(FoundImage image, ImageReference reference) throws IOException {
    Path manifest = OciLayout.blobFile(directory, image.manifest().digest());
    Path folder = manifest.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.write(manifest, image.content());
    LayoutIndex.add(directory, image.manifest(), reference);
    DirectoryTree.delete(unfinished);
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
