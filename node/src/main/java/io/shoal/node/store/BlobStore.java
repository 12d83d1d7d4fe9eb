package io.shoal.node.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.node.codec.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs on this node's disk. Thread-safe.
 *
 * <p>Files hold the bytes, RocksDB what is known about them. Verified blobs go, least recently used
 * first, when the store outgrows its limits or the disk is full; leased and pinned ones stay.
 */
public final class BlobStore implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BlobStore.class);

  private static final Duration FLUSH_EVERY = Duration.ofSeconds(1);
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);
  private static final Duration TAG_TTL = Duration.ofDays(30);

  private final Shelf shelf;
  private final SpaceBudget budget;
  private final Ballast ballast;
  private final Duration partialTtl;
  private boolean closed;

  private BlobStore(Shelf shelf, SpaceBudget budget, Ballast ballast, Duration partialTtl) {
    this.shelf = shelf;
    this.budget = budget;
    this.ballast = ballast;
    this.partialTtl = partialTtl;
  }

  /**
   * Opens the store in this folder, which is created if it is missing.
   *
   * @throws IOException if another process uses the folder, or it cannot be read and written
   */
  public static BlobStore open(Path dir, StoreLimits limits, MeterRegistry metrics)
      throws IOException {
    Files.createDirectories(dir);
    BlobStore store = open(dir, limits, metrics, DiskSpace.of(dir), InstantSource.system());
    store.shelf.upkeep().every(FLUSH_EVERY, store::flush);
    store.shelf.upkeep().every(SWEEP_EVERY, store::sweep);
    return store;
  }

  /** Opens a store whose upkeep is done by the caller. */
  static BlobStore open(
      Path dir, StoreLimits limits, MeterRegistry metrics, DiskSpace disk, InstantSource clock)
      throws IOException {
    StoreFolder folder = StoreFolder.open(dir);
    Ballast ballast = new Ballast(folder.ballast());
    Records records = null;
    try {
      records = Records.open(folder.records(), ballast);
      Inventory inventory = Reconciliation.run(folder, records);
      StoreMetrics meters = new StoreMetrics(metrics);
      SpaceBudget budget = new SpaceBudget(limits, disk);
      Room room = new Room(folder, records, inventory, budget, meters, clock);
      StateRecords states = new StateRecords(records);
      Shelf shelf = new Shelf(folder, records, inventory, states, room, new Upkeep(), clock);
      BlobStore store = new BlobStore(shelf, budget, ballast, limits.partialTtl());
      meters.watch(store::usage);
      store.sweep();
      return store;
    } catch (IOException | RuntimeException e) {
      if (records != null) {
        records.close();
      }
      folder.close();
      throw e;
    }
  }

  /** A lease on a verified blob, if it is here. Counts as a use. */
  public Optional<StoredBlob> find(Digest digest) {
    return shelf.find(digest);
  }

  /**
   * Stores a small blob in one go and leases it. The bytes are checked against the digest.
   *
   * @throws DiskFullException if there is no room
   */
  public StoredBlob put(Digest digest, byte[] content) throws IOException {
    return put(digest, Optional.empty(), content);
  }

  /** Like {@link #put(Digest, byte[])}, with the media type that belongs to the manifest. */
  public StoredBlob putManifest(Digest digest, String mediaType, byte[] content)
      throws IOException {
    return put(digest, Optional.of(mediaType), content);
  }

  private StoredBlob put(Digest digest, Optional<String> mediaType, byte[] content)
      throws IOException {
    byte[] hash = digest.algorithm().newMessageDigest().digest(content);
    if (!Digest.of(digest.algorithm(), hash).equals(digest)) {
      throw new IllegalArgumentException(content.length + " bytes that are not " + digest);
    }
    Inventory inventory = shelf.inventory();
    mediaType.ifPresent(type -> inventory.setMediaType(digest, type));
    Optional<StoredBlob> present = shelf.find(digest);
    if (present.isPresent()) {
      return present.get();
    }
    RecordCodec.BlobRecord record =
        new RecordCodec.BlobRecord(content.length, shelf.clock().millis(), mediaType);
    Room room = shelf.room();
    room.take(digest, content.length, () -> inventory.addPending(content.length));
    try {
      room.retryWhenFull(digest, content.length, () -> writeFile(digest, content));
      RecordBatch batch =
          new RecordBatch().put(Table.BLOBS, RecordCodec.key(digest), RecordCodec.toBytes(record));
      room.retryWhenFull(digest, 0, () -> shelf.records().write(batch, Records.Durability.DISK));
      return shelf.enter(digest, record, false);
    } finally {
      inventory.addPending(-content.length);
    }
  }

  private void writeFile(Digest digest, byte[] content) throws IOException {
    Path file = shelf.folder().temporary(digest);
    try {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
      }
      shelf.folder().prepareBlob(digest);
      shelf.folder().moveToBlobs(file, digest);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Length of every verified blob that is here, to be announced after a start. */
  public Map<Digest, Long> blobs() {
    return shelf.inventory().blobs();
  }

  /** Layout of every partial blob that is here, open or not. */
  public Map<Digest, PieceLayout> partials() {
    return shelf.inventory().partials();
  }

  /**
   * Opens a partial blob, a kept one or a new one. A kept one of another layout is discarded.
   *
   * @throws DiskFullException if the whole blob does not fit even after eviction
   * @throws IllegalStateException if it is open already
   */
  public PartialBlob openPartial(Digest digest, PieceLayout layout) throws IOException {
    Inventory inventory = shelf.inventory();
    Optional<Inventory.Partial> kept = inventory.claim(digest);
    Path file = shelf.folder().partial(digest);
    if (kept.isPresent() && !(kept.get().layout.equals(layout) && Files.exists(file))) {
      log.info("Kept partial blob {} is of no use and starts anew", digest);
      shelf.room().deletePartial(digest);
      kept = Optional.empty();
    }
    Inventory.Partial entry = kept.isPresent() ? kept.get() : createPartial(digest, layout);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      PartialBlob partial = new PartialBlob(digest, entry, channel, shelf);
      inventory.opened(entry, partial, shelf.clock().millis());
      return partial;
    } catch (IOException e) {
      inventory.closed(entry, inventory.trusted(entry), shelf.clock().millis());
      throw e;
    }
  }

  private Inventory.Partial createPartial(Digest digest, PieceLayout layout) throws IOException {
    Inventory inventory = shelf.inventory();
    Room room = shelf.room();
    Inventory.Partial entry = new Inventory.Partial(layout, shelf.clock().millis());
    room.take(digest, layout.blobBytes(), () -> inventory.addClaimed(digest, entry));
    try {
      RecordCodec.PartialRecord record = inventory.toRecord(entry, inventory.trusted(entry));
      RecordBatch batch =
          new RecordBatch()
              .put(Table.PARTIALS, RecordCodec.key(digest), RecordCodec.toBytes(record));
      room.retryWhenFull(digest, 0, () -> shelf.records().write(batch, Records.Durability.PROCESS));
      room.retryWhenFull(digest, 0, () -> shelf.folder().createPartial(digest, layout.blobBytes()));
      return entry;
    } catch (IOException | RuntimeException e) {
      room.deletePartial(digest);
      throw e;
    }
  }

  /** Keeps the signed metainfo of a blob that was committed before it was known. */
  public void saveFinal(SignedFinal metaInfo) throws IOException {
    if (shelf.inventory().hasBlob(metaInfo.digest())) {
      shelf.states().save(metaInfo);
    }
  }

  /** What a tag named when it was last recorded. */
  public Optional<ResolvedTag> tag(TagKey key) throws IOException {
    Optional<byte[]> value = shelf.records().get(Table.TAGS, RecordCodec.key(key));
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(RecordCodec.tag(value.get()));
    } catch (MalformedException e) {
      log.warn("The record of {} is unreadable", key, e);
      return Optional.empty();
    }
  }

  /** Records what a tag names. Forgotten after 30 days without being recorded anew. */
  public void putTag(TagKey key, ResolvedTag resolved) throws IOException {
    RecordBatch batch =
        new RecordBatch().put(Table.TAGS, RecordCodec.key(key), RecordCodec.toBytes(resolved));
    shelf.records().write(batch, Records.Durability.PROCESS);
  }

  /** Keeps a blob, stored, partial or still to come, from eviction for this long from now. */
  public void pin(Digest digest, Duration duration) throws IOException {
    long untilMillis = shelf.clock().instant().plus(duration).toEpochMilli();
    RecordBatch batch =
        new RecordBatch().put(Table.PINS, RecordCodec.key(digest), RecordCodec.pin(untilMillis));
    shelf.records().write(batch, Records.Durability.PROCESS);
    shelf.inventory().pin(digest, untilMillis);
  }

  /** Ends a pin. */
  public void unpin(Digest digest) throws IOException {
    shelf.inventory().unpin(digest);
    shelf
        .records()
        .write(
            new RecordBatch().delete(Table.PINS, RecordCodec.key(digest)),
            Records.Durability.PROCESS);
  }

  /** Adds a listener; it is told of every blob evicted from now on. */
  public void addEvictionListener(EvictionListener listener) {
    shelf.room().addListener(listener);
  }

  /** What an operator may do with it. */
  public StoreCare care() {
    return new StoreCare(shelf, partialTtl);
  }

  /** What the store holds. */
  public StoreUsage usage() {
    try {
      return shelf.inventory().usage(budget.limitBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("the file system of the store does not answer", e);
    }
  }

  /** Brings durable bits and last uses onto the disk. */
  void flush() {
    shelf.inventory().openPartials().forEach(PartialBlob::makeDurable);
    RecordBatch batch = new RecordBatch();
    shelf
        .inventory()
        .takeTouched()
        .forEach((d, r) -> batch.put(Table.BLOBS, RecordCodec.key(d), RecordCodec.toBytes(r)));
    write(batch);
  }

  /** Lets go what has run out and brings the store below its watermarks. */
  void sweep() {
    shelf.room().expirePartials(partialTtl);
    RecordBatch batch = new RecordBatch();
    for (Digest digest : shelf.inventory().takeExpiredPins(shelf.clock().millis())) {
      batch.delete(Table.PINS, RecordCodec.key(digest));
    }
    try {
      long oldest = shelf.clock().millis() - TAG_TTL.toMillis();
      shelf
          .records()
          .forEach(Table.TAGS, new byte[0], (key, value) -> expireTag(key, value, oldest, batch));
      write(batch);
      shelf.room().settle();
      ballast.restore(budget.usableBytes());
    } catch (IOException e) {
      log.warn("Store upkeep in {} failed", shelf.folder().root(), e);
    }
  }

  private static void expireTag(byte[] key, byte[] value, long oldestMillis, RecordBatch batch) {
    try {
      if (RecordCodec.tag(value).checkedAt().toEpochMilli() < oldestMillis) {
        batch.delete(Table.TAGS, key);
      }
    } catch (MalformedException e) {
      batch.delete(Table.TAGS, key);
    }
  }

  private void write(RecordBatch batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      shelf.records().write(batch, Records.Durability.PROCESS);
    } catch (IOException e) {
      log.warn("Store upkeep in {} failed", shelf.folder().root(), e);
    }
  }

  /** Makes everything durable, marks the folder as cleanly left and gives it free. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    shelf.upkeep().close();
    try {
      shelf.inventory().openPartials().forEach(PartialBlob::close);
      flush();
      Reconciliation.markClean(shelf.records());
    } catch (IOException e) {
      log.warn("{} was not left cleanly; partial blobs will be checked", shelf.folder().root(), e);
    } finally {
      shelf.records().close();
      closeFolder();
    }
  }

  private void closeFolder() {
    try {
      shelf.folder().close();
    } catch (IOException e) {
      log.warn("The lock of {} was not released", shelf.folder().root(), e);
    }
  }
}
