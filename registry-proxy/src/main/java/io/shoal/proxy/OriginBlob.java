package io.shoal.proxy;

import io.shoal.core.content.Digest;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way from an origin through this process to one client. When an origin breaks off,
 * the next one goes on where it stopped. What is read from the first byte to the last is hashed,
 * and the last bytes leave only if the digest is right.
 */
final class OriginBlob implements BlobContent {

  /** Read at once: what one client costs in memory. */
  private static final int BUFFER_BYTES = 128 << 10;

  private static final int MAX_ATTEMPTS = 3;

  private final OriginQuestions origins;
  private final ContentName name;
  private final Digest digest;
  private final long blobBytes;
  private final ExecutorService blocking;
  private final MessageDigest hash;

  /** Held while reading and while letting go; what follows belongs to its holder. */
  private final ReentrantLock lock = new ReentrantLock();

  private io.shoal.client.origin.@Nullable BlobBytes stream;
  private long streamPosition;
  private long hashedBytes;
  private byte @Nullable [] buffer;

  private volatile @Nullable Future<?> reading;

  OriginBlob(
      OriginQuestions origins,
      ContentName name,
      Digest digest,
      long blobBytes,
      ExecutorService blocking) {
    this.origins = origins;
    this.name = name;
    this.digest = digest;
    this.blobBytes = blobBytes;
    this.blocking = blocking;
    this.hash = digest.algorithm().newMessageDigest();
  }

  @Override
  public long blobBytes() {
    return blobBytes;
  }

  @Override
  public CompletionStage<BlobBytes> next(long from, long toExclusive) {
    CompletableFuture<BlobBytes> answer = new CompletableFuture<>();
    reading =
        blocking.submit(() -> {
          lock.lock();
          try {
            answer.complete(new BlobBytes.InMemory(read(from, toExclusive)));
          } catch (IOException | RegistryException | InterruptedException e) {
            answer.completeExceptionally(e);
          } finally {
            lock.unlock();
          }
        });
    return answer;
  }

  /** A pending read is interrupted, which also ends the connection it waits for. */
  @Override
  public void close() {
    Future<?> pending = reading;
    if (pending != null) {
      pending.cancel(true);
      blocking.execute(this::letGo);
    }
  }

  private void letGo() {
    lock.lock();
    try {
      if (stream != null) {
        stream.close();
        stream = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private ByteBuffer read(long from, long toExclusive)
      throws IOException, RegistryException, InterruptedException {
    IOException last = new EOFException("the origin sent nothing");
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        return checked(from, fill(from, toExclusive));
      } catch (IOException e) {
        last = e;
        letGo();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
    throw last;
  }

  private ByteBuffer fill(long from, long toExclusive)
      throws IOException, RegistryException, InterruptedException {
    if (stream == null || streamPosition != from) {
      letGo();
      stream =
          origins.ask(
              name,
              digest.toString(),
              RegistryErrorCode.BLOB_UNKNOWN,
              origin -> origin.read(name.upstream(), name.repository(), digest, from, toExclusive));
      streamPosition = from;
    }
    if (buffer == null) {
      buffer = new byte[BUFFER_BYTES];
    }
    int length = (int) Math.min(BUFFER_BYTES, toExclusive - from);
    // Full buffers where there is more to come, but what has arrived is not kept waiting for it.
    int read = stream.stream().read(buffer, 0, length);
    if (read <= 0) {
      throw new EOFException("the origin ended the blob at " + from);
    }
    streamPosition += read;
    return ByteBuffer.wrap(buffer, 0, read);
  }

  private ByteBuffer checked(long from, ByteBuffer bytes) throws RegistryException {
    if (from == hashedBytes) {
      hash.update(bytes.duplicate());
      hashedBytes += bytes.remaining();
      if (hashedBytes == blobBytes
          && !Digest.of(digest.algorithm(), hash.digest()).equals(digest)) {
        throw new RegistryException(
            RegistryErrorCode.BLOB_UNKNOWN, "the origin sent other bytes than " + digest);
      }
    }
    return bytes;
  }
}
