package io.shoal.node.store;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A blob that is still arriving. Thread-safe: workers write disjoint ranges at the same time. A
 * thread that may be interrupted must not use it, because that closes the file.
 *
 * <p>A piece is good as soon as it is {@link #attested}; that this outlives the process follows in
 * batches, after the bytes have reached the disk.
 */
public final class PartialBlob implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PartialBlob.class);

  private static final long FLUSH_BYTES = 64L << 20;

  private enum Phase {
    OPEN,
    COMMITTED,
    CLOSED
  }

  private final Digest digest;
  private final PieceLayout layout;
  private final Inventory.Partial entry;
  private final FileChannel channel;
  private final Shelf shelf;
  private final Bitfield trusted;
  private final Bitfield unproven;

  /** Held while bytes are made durable and while the phase changes, which exclude each other. */
  private final Object flushing = new Object();

  private volatile Phase phase = Phase.OPEN;

  // Guarded by attested.
  private final Bitfield attested;
  private long undurableBytes;
  private boolean flushQueued;

  PartialBlob(Digest digest, Inventory.Partial entry, FileChannel channel, Shelf shelf) {
    this.digest = digest;
    this.layout = entry.layout;
    this.entry = entry;
    this.channel = channel;
    this.shelf = shelf;
    this.trusted = shelf.inventory().trusted(entry);
    this.unproven = shelf.inventory().unproven(entry);
    this.attested = trusted.copy();
  }

  /** The blob's address. */
  public Digest digest() {
    return digest;
  }

  /** Length and piece length of the blob. */
  public PieceLayout layout() {
    return layout;
  }

  /** The file, for positional reads. Stays valid over {@link #commit}, until {@link #close}. */
  public FileChannel channel() {
    return channel;
  }

  /** Pieces that were attested before this opening, in a run that ended cleanly. */
  public Bitfield trusted() {
    return trusted.copy();
  }

  /**
   * Piece slots that may hold good bytes from a run that did not end cleanly: check each against
   * the states before its first use, and tell {@link #attested} of those that match.
   */
  public Bitfield unproven() {
    return unproven.copy();
  }

  /** Pieces attested until now, trusted ones included. */
  public Bitfield attestedPieces() {
    synchronized (attested) {
      return attested.copy();
    }
  }

  /**
   * Writes the remaining bytes at this offset of the blob. When the disk is full, idle blobs are
   * evicted and the write is tried again.
   *
   * @throws DiskFullException if there is still no room; what was attested stays good
   */
  public void write(long position, ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    if (position < 0 || position > layout.blobBytes() - length) {
      throw new IllegalArgumentException(
          length + " bytes at " + position + " do not fit into " + layout.blobBytes());
    }
    requireOpen();
    long start = position - bytes.position();
    shelf
        .room()
        .retryWhenFull(
            digest,
            length,
            () -> {
              while (bytes.hasRemaining()) {
                channel.write(bytes, start + bytes.position());
              }
            });
    entry.writtenBytes.addAndGet(length);
  }

  /** Records that a piece is written and matched. The durable bit follows in a batch. */
  public void attested(int piece) {
    boolean flush;
    synchronized (attested) {
      if (!attested.set(piece)) {
        return;
      }
      undurableBytes += layout.pieceLength(piece);
      flush = undurableBytes >= FLUSH_BYTES && !flushQueued;
      flushQueued |= flush;
    }
    if (flush) {
      shelf.upkeep().soon(this::makeDurable);
    }
  }

  /** Brings the bits of attested pieces onto the disk, after the pieces themselves. */
  void makeDurable() {
    synchronized (flushing) {
      if (phase == Phase.OPEN) {
        flush();
      }
    }
  }

  private void flush() {
    Bitfield durable;
    synchronized (attested) {
      flushQueued = false;
      if (undurableBytes == 0) {
        return;
      }
      undurableBytes = 0;
      durable = attested.copy();
    }
    try {
      channel.force(false);
      shelf.inventory().used(entry, shelf.clock().millis());
      RecordBatch batch =
          new RecordBatch().put(Table.PARTIALS, RecordCodec.key(digest), record(durable));
      shelf.records().write(batch, Records.Durability.PROCESS);
    } catch (IOException e) {
      log.warn("Attested pieces of {} are not durable yet", digest, e);
      synchronized (attested) {
        undurableBytes++;
      }
    }
  }

  private byte[] record(Bitfield durable) {
    return RecordCodec.toBytes(shelf.inventory().toRecord(entry, durable));
  }

  /** Keeps a batch of signed states for the next run. Saving the same batch again is harmless. */
  public void saveStates(SignedStates batch) throws IOException {
    shelf.states().save(batch);
  }

  /** Keeps the signed metainfo; it replaces the batches. */
  public void saveFinal(SignedFinal metaInfo) throws IOException {
    shelf.states().save(metaInfo);
  }

  /** The kept batches of signed states, in no particular order. */
  public List<SignedStates> states() throws IOException {
    return shelf.states().states(digest);
  }

  /** The kept metainfo. */
  public Optional<SignedFinal> metaInfo() throws IOException {
    return shelf.states().metaInfo(digest);
  }

  /**
   * Makes the blob a verified one. Every piece must be attested: by their states that proves the
   * digest.
   *
   * @throws DiskFullException if there is no room for the records; the partial blob stays usable
   */
  public StoredBlob commit(Optional<SignedFinal> metaInfo) throws IOException {
    synchronized (flushing) {
      requireOpen();
      requireComplete();
      channel.force(false);
      long now = shelf.clock().millis();
      RecordCodec.BlobRecord record =
          new RecordCodec.BlobRecord(layout.blobBytes(), now, Optional.empty());
      byte[] key = RecordCodec.key(digest);
      RecordBatch batch =
          new RecordBatch()
              .put(Table.BLOBS, key, RecordCodec.toBytes(record))
              .delete(Table.PARTIALS, key)
              .deleteAll(Table.STATES, key);
      metaInfo.ifPresent(known -> StateRecords.add(known, batch));
      Room room = shelf.room();
      room.retryWhenFull(digest, 0, () -> shelf.folder().prepareBlob(digest));
      room.retryWhenFull(digest, 0, () -> shelf.records().write(batch, Records.Durability.DISK));
      // Committed. If the process dies here, the move is made up for at the next start.
      try {
        room.retryWhenFull(
            digest, 0, () -> shelf.folder().moveToBlobs(shelf.folder().partial(digest), digest));
      } catch (IOException e) {
        takeBack(key);
        throw e;
      }
      phase = Phase.COMMITTED;
      return shelf.enter(digest, record, true);
    }
  }

  private void requireComplete() {
    synchronized (attested) {
      if (!attested.isFull()) {
        throw new IllegalStateException(digest + " has " + attested + " pieces attested");
      }
    }
    byte[] nothing = digest.algorithm().newMessageDigest().digest();
    if (layout.blobBytes() == 0 && !Arrays.equals(digest.bytes(), nothing)) {
      throw new IllegalStateException(digest + " is not the digest of an empty blob");
    }
  }

  private void takeBack(byte[] key) throws IOException {
    RecordBatch batch =
        new RecordBatch()
            .put(Table.PARTIALS, key, record(attestedPieces()))
            .delete(Table.BLOBS, key);
    shelf.records().write(batch, Records.Durability.PROCESS);
  }

  /** Deletes what has arrived and closes; after {@link #commit} it only closes. */
  public void discard() {
    synchronized (flushing) {
      if (phase == Phase.CLOSED) {
        return;
      }
      boolean committed = phase == Phase.COMMITTED;
      phase = Phase.CLOSED;
      closeChannel();
      if (!committed) {
        shelf.room().deletePartial(digest);
      }
    }
  }

  /** Closes and keeps what has arrived for a later {@link BlobStore#openPartial}. */
  @Override
  public void close() {
    synchronized (flushing) {
      if (phase == Phase.OPEN) {
        flush();
        shelf.inventory().closed(entry, attestedPieces(), shelf.clock().millis());
      }
      phase = Phase.CLOSED;
      closeChannel();
    }
  }

  private void closeChannel() {
    try {
      channel.close();
    } catch (IOException e) {
      log.warn("Closing the file of {} failed", digest, e);
    }
  }

  private void requireOpen() {
    if (phase != Phase.OPEN) {
      throw new IllegalStateException("partial blob " + digest + " is " + phase);
    }
  }
}
