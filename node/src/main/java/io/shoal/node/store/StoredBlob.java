package io.shoal.node.store;

import io.shoal.core.content.Digest;
import io.shoal.core.integrity.SignedFinal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease on a verified blob: while it is open the blob is not evicted. Thread-safe, but a thread
 * that may be interrupted must not use the channel, because that closes it.
 */
public final class StoredBlob implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StoredBlob.class);

  private final Digest digest;
  private final RecordCodec.BlobRecord record;
  private final FileChannel channel;
  private final Shelf shelf;
  private final AtomicBoolean closed = new AtomicBoolean();

  StoredBlob(Digest digest, RecordCodec.BlobRecord record, FileChannel channel, Shelf shelf) {
    this.digest = digest;
    this.record = record;
    this.channel = channel;
    this.shelf = shelf;
  }

  /** The blob's address. */
  public Digest digest() {
    return digest;
  }

  /** Length in bytes. */
  public long blobBytes() {
    return record.bytes();
  }

  /** The blob's bytes, for positional reads. Valid until the lease is closed. */
  public FileChannel channel() {
    return channel;
  }

  /** The media type, if the blob was stored as a manifest. */
  public Optional<String> mediaType() {
    return record.mediaType();
  }

  /** The origin's signed metainfo, if it is known. */
  public Optional<SignedFinal> metaInfo() throws IOException {
    return shelf.states().metaInfo(digest);
  }

  /** All bytes of a small blob. */
  public byte[] readAll() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(record.bytes()));
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, bytes.position()) < 0) {
        throw new EOFException(digest + " ends after " + bytes.position() + " bytes");
      }
    }
    return bytes.array();
  }

  /** Ends the lease. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      shelf.inventory().endLease(digest);
      try {
        channel.close();
      } catch (IOException e) {
        log.warn("Closing {} failed", digest, e);
      }
    }
  }
}
