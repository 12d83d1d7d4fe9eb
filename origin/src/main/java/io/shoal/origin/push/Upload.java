package io.shoal.origin.push;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.oci.push.Chunk;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One upload under way. What has arrived is in its file and nowhere else, so that it goes on after
 * a restart; the hash over it goes along while the process lives, and is made up for after a
 * restart.
 */
final class Upload {

  private static final int BUFFER_BYTES = 64 << 10;

  /** A client that comes back after a broken connection may find the old one not yet noticed. */
  private static final long PATIENCE_SECONDS = 10;

  private final String id;
  private final String owner;
  private final Path file;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Instant lastUsed;

  // Guarded by the lock.
  private @Nullable MessageDigest hash;
  private long hashedBytes;

  /**
   * @param owner the repository that it belongs to
   * @param lastUsed when something last arrived
   */
  Upload(String id, String owner, Path file, Instant lastUsed) {
    this.id = id;
    this.owner = owner;
    this.file = file;
    this.lastUsed = lastUsed;
  }

  String id() {
    return id;
  }

  String owner() {
    return owner;
  }

  Instant lastUsed() {
    return lastUsed;
  }

  void used(Instant now) {
    lastUsed = now;
  }

  /** Something that is done while nobody else touches the upload. */
  interface Work<T> {
    T run() throws RegistryException, InterruptedException, IOException;
  }

  /** Does it when nobody else is at work on the upload. */
  <T> T alone(Work<T> work) throws RegistryException, InterruptedException {
    if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw RegistryException.withStatus(
          503, RegistryErrorCode.UNAVAILABLE, "another request is writing to upload " + id);
    }
    try {
      if (!Files.exists(file)) {
        throw new RegistryException(
            RegistryErrorCode.BLOB_UPLOAD_UNKNOWN, "upload " + id + " ended");
      }
      return work.run();
    } catch (IOException e) {
      throw RegistryException.unavailable(
          503, "upload " + id + " failed: " + e.getMessage(), Optional.empty(), e);
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody is at work on it. */
  boolean isBusy() {
    return lock.isLocked();
  }

  long bytes() throws IOException {
    return Files.size(file);
  }

  /** Adds a part; the caller is alone. What has arrived when a client breaks off stays. */
  void append(Chunk chunk, long maxBytes) throws RegistryException, IOException {
    MessageDigest running = hash();
    if (chunk.from().isPresent() && chunk.from().getAsLong() != hashedBytes) {
      throw RegistryException.withStatus(
          416,
          RegistryErrorCode.BLOB_UPLOAD_INVALID,
          "the upload is at " + hashedBytes + ", not at " + chunk.from().getAsLong());
    }
    if (chunk.length().orElse(0) > maxBytes - hashedBytes) {
      throw tooLong(maxBytes);
    }
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      int read = read(chunk.bytes(), buffer);
      while (read > 0) {
        if (read > maxBytes - hashedBytes) {
          throw tooLong(maxBytes);
        }
        write(out, ByteBuffer.wrap(buffer, 0, read), hashedBytes);
        running.update(buffer, 0, read);
        hashedBytes += read;
        read = read(chunk.bytes(), buffer);
      }
    }
  }

  private static RegistryException tooLong(long maxBytes) {
    return new RegistryException(
        RegistryErrorCode.SIZE_INVALID, "blobs have at most " + maxBytes + " bytes here");
  }

  private static int read(InputStream from, byte[] buffer) throws RegistryException {
    try {
      return from.read(buffer);
    } catch (IOException e) {
      throw new RegistryException(
          RegistryErrorCode.BLOB_UPLOAD_INVALID, "the client broke off: " + e.getMessage());
    }
  }

  private static void write(FileChannel out, ByteBuffer bytes, long position) throws IOException {
    for (long at = position; bytes.hasRemaining(); ) {
      at += out.write(bytes, at);
    }
  }

  /** The digest of what has arrived; the caller is alone. */
  Digest digest(HashAlgorithm algorithm) throws RegistryException, IOException {
    if (algorithm != HashAlgorithm.SHA256) {
      MessageDigest other = algorithm.newMessageDigest();
      hash(other);
      return Digest.of(algorithm, other.digest());
    }
    byte[] result = hash().digest();
    hash = null;
    return Digest.of(algorithm, result);
  }

  /** The hash so far, by far most often the one that is asked for at the end. */
  private MessageDigest hash() throws IOException {
    MessageDigest running = hash;
    if (running == null || hashedBytes != bytes()) {
      running = HashAlgorithm.SHA256.newMessageDigest();
      hashedBytes = hash(running);
      hash = running;
    }
    return running;
  }

  private long hash(MessageDigest into) throws IOException {
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        into.update(buffer, 0, read);
        bytes += read;
      }
    }
    return bytes;
  }

  Path file() {
    return file;
  }
}
