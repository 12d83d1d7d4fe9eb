package io.shoal.node.store;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator may do with a store that is at work. Thread-safe. */
public final class StoreCare {

  private static final Logger log = LoggerFactory.getLogger(StoreCare.class);

  private static final int BUFFER_BYTES = 1 << 20;

  private final Shelf shelf;
  private final Duration partialTtl;

  StoreCare(Shelf shelf, Duration partialTtl) {
    this.shelf = shelf;
    this.partialTtl = partialTtl;
  }

  /** Everything that is here, the most recently used first. */
  public List<StoreEntry> entries() {
    return shelf.inventory().entries(shelf.clock().millis());
  }

  /** Deletes a blob, verified or partial, that nobody uses and no pin keeps. */
  public Deletion delete(Digest digest) {
    return shelf.room().delete(digest);
  }

  /**
   * Lets go of partial blobs that have run out, and evicts down to the low watermark even if the
   * high one is not reached.
   *
   * @throws IOException if the file system does not answer
   */
  public Reclaimed reclaim() throws IOException {
    return shelf.room().reclaim(partialTtl);
  }

  /**
   * Hashes a verified blob anew and drops it if it is not what it should be, in use or not: whoever
   * reads it gets nothing right from it. Does not count as a use. Takes as long as the disk does.
   *
   * @throws IOException if it cannot be opened, for a reason that says nothing about its bytes
   */
  public Verdict verify(Digest digest) throws IOException {
    if (!shelf.inventory().hasBlob(digest)) {
      return Verdict.ABSENT;
    }
    Optional<StoredBlob> found = shelf.peek(digest);
    if (found.isEmpty()) {
      if (shelf.inventory().hasBlob(digest)) {
        throw new IOException(digest + " cannot be opened; the log says why");
      }
      shelf.room().drop(digest);
      return Verdict.DROPPED;
    }
    try (StoredBlob blob = found.get()) {
      if (matches(blob)) {
        return Verdict.GOOD;
      }
    }
    log.warn("The file of {} has gone bad and is dropped", digest);
    shelf.room().drop(digest);
    return Verdict.DROPPED;
  }

  private static boolean matches(StoredBlob blob) {
    MessageDigest hash = blob.digest().algorithm().newMessageDigest();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    FileChannel channel = blob.channel();
    try {
      for (long at = 0; at < blob.blobBytes(); ) {
        buffer.clear();
        int read = channel.read(buffer, at);
        if (read < 0) {
          return false;
        }
        hash.update(buffer.flip());
        at += read;
      }
    } catch (IOException e) {
      log.warn("The file of {} cannot be read", blob.digest(), e);
      return false;
    }
    return Digest.of(blob.digest().algorithm(), hash.digest()).equals(blob.digest());
  }
}
