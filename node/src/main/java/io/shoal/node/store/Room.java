package io.shoal.node.store;

import io.shoal.core.content.Digest;
import io.shoal.core.units.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes room by evicting what was used longest ago. Thread-safe. */
final class Room {

  /** An operation on the disk. */
  interface DiskWrite {
    void run() throws IOException;
  }

  private static final Logger log = LoggerFactory.getLogger(Room.class);

  /** Evicted at once when the disk turned out to be full, so that the next write has room too. */
  private static final long EMERGENCY_BYTES = 16 << 20;

  /** Less than this usable means full, in whatever language the operating system says it. */
  private static final long FULL_BYTES = 256 << 10;

  private final StoreFolder folder;
  private final Records records;
  private final Inventory inventory;
  private final SpaceBudget budget;
  private final StoreMetrics metrics;
  private final InstantSource clock;
  private final List<EvictionListener> listeners = new CopyOnWriteArrayList<>();

  Room(
      StoreFolder folder,
      Records records,
      Inventory inventory,
      SpaceBudget budget,
      StoreMetrics metrics,
      InstantSource clock) {
    this.folder = folder;
    this.records = records;
    this.inventory = inventory;
    this.budget = budget;
    this.metrics = metrics;
    this.clock = clock;
  }

  void addListener(EvictionListener listener) {
    listeners.add(listener);
  }

  /** Makes room for these bytes and in the same step lets {@code add} account for them. */
  void take(Digest digest, long bytes, Runnable add) throws IOException {
    List<Digest> evicted = new ArrayList<>();
    try {
      synchronized (inventory) {
        SpaceBudget.Need need =
            budget.need(inventory.heldBytes(), inventory.promisedBytes(), bytes);
        List<Inventory.Idle> idle = inventory.idle(clock.millis());
        long evictable = idle.stream().mapToLong(Inventory.Idle::bytes).sum();
        if (evictable < need.mustBytes()) {
          metrics.diskFull();
          throw new DiskFullException(
              "no room for "
                  + digest
                  + ": "
                  + ByteSize.format(bytes)
                  + " wanted, "
                  + ByteSize.format(need.mustBytes() - evictable)
                  + " too much for "
                  + folder.root()
                  + " even after evicting all idle blobs; raise store.quota or"
                  + " store.shareOfDisk, or give the file system more space");
        }
        evict(idle, Inventory.Idle::bytes, need.shouldBytes(), evicted);
        add.run();
      }
    } finally {
      tell(evicted);
    }
  }

  /** Runs a write; if the disk turns out to be full, evicts and runs it once more. */
  void retryWhenFull(Digest digest, long bytes, DiskWrite write) throws IOException {
    try {
      write.run();
      return;
    } catch (IOException e) {
      if (!isFull(e)) {
        throw e;
      }
      log.warn("The disk under {} is full while writing {}", folder.root(), digest);
    }
    free(bytes);
    try {
      write.run();
    } catch (IOException e) {
      if (!isFull(e)) {
        throw e;
      }
      metrics.diskFull();
      throw new DiskFullException(
          "the disk under "
              + folder.root()
              + " is full and no idle blob is left to evict for "
              + digest
              + "; free space on the file system",
          e);
    }
  }

  private boolean isFull(IOException e) throws IOException {
    return DiskFullException.means(e) || budget.usableBytes() < FULL_BYTES;
  }

  private void free(long bytes) {
    List<Digest> evicted = new ArrayList<>();
    synchronized (inventory) {
      long wanted = Math.max(bytes, EMERGENCY_BYTES);
      evict(inventory.idle(clock.millis()), Inventory.Idle::writtenBytes, wanted, evicted);
    }
    tell(evicted);
  }

  /** Evicts down to the low watermark if the store, or others on the disk, have grown too much. */
  void settle() throws IOException {
    List<Digest> evicted = new ArrayList<>();
    synchronized (inventory) {
      SpaceBudget.Need need = budget.need(inventory.heldBytes(), inventory.promisedBytes(), 0);
      evict(inventory.idle(clock.millis()), Inventory.Idle::bytes, need.shouldBytes(), evicted);
    }
    tell(evicted);
  }

  /** Expires what has run out and evicts down to the low watermark. */
  Reclaimed reclaim(Duration partialTtl) throws IOException {
    List<Digest> evicted = new ArrayList<>();
    try {
      synchronized (inventory) {
        StoreUsage before = inventory.usage(0);
        expirePartials(partialTtl);
        long above = budget.aboveLowBytes(inventory.heldBytes());
        evict(inventory.idle(clock.millis()), Inventory.Idle::bytes, above, evicted);
        StoreUsage after = inventory.usage(0);
        return new Reclaimed(
            before.blobs() - after.blobs(),
            before.partials() - after.partials(),
            before.blobBytes() + before.partialBytes() - after.blobBytes() - after.partialBytes());
      }
    } finally {
      tell(evicted);
    }
  }

  /** Deletes a blob at somebody's request, unless it is used or pinned. */
  Deletion delete(Digest digest) {
    boolean verified;
    synchronized (inventory) {
      Deletion answer = inventory.mayGo(digest, clock.millis());
      if (answer != Deletion.DELETED) {
        return answer;
      }
      verified = inventory.hasBlob(digest);
      if (verified) {
        deleteBlob(digest);
      } else {
        deletePartial(digest);
      }
    }
    if (verified) {
      tell(List.of(digest));
    }
    return Deletion.DELETED;
  }

  /** Drops a verified blob that is worth nothing, whoever uses it. */
  void drop(Digest digest) {
    deleteBlob(digest);
    tell(List.of(digest));
  }

  /** Deletes partial blobs that nobody used for so long. */
  void expirePartials(Duration unused) {
    long before = clock.millis() - unused.toMillis();
    synchronized (inventory) {
      for (Inventory.Idle idle : inventory.idle(clock.millis())) {
        if (idle.partial() && idle.lastUsedMillis() < before) {
          log.info("Partial blob {} expired", idle.digest());
          deletePartial(idle.digest());
        }
      }
    }
  }

  private void evict(
      List<Inventory.Idle> idle,
      ToLongFunction<Inventory.Idle> gain,
      long bytes,
      List<Digest> evicted) {
    long freed = 0;
    for (Inventory.Idle victim : idle) {
      if (freed >= bytes) {
        return;
      }
      freed += gain.applyAsLong(victim);
      if (victim.partial()) {
        deletePartial(victim.digest());
      } else {
        deleteBlob(victim.digest());
        evicted.add(victim.digest());
      }
      metrics.evicted(victim.bytes());
    }
  }

  void deletePartial(Digest digest) {
    synchronized (inventory) {
      inventory.removePartial(digest);
      byte[] key = RecordCodec.key(digest);
      RecordBatch batch =
          new RecordBatch().delete(Table.PARTIALS, key).deleteAll(Table.STATES, key);
      if (!inventory.hasBlob(digest)) {
        batch.delete(Table.METAINFO, key);
      }
      delete(() -> Files.deleteIfExists(folder.partial(digest)), batch);
    }
  }

  void deleteBlob(Digest digest) {
    synchronized (inventory) {
      inventory.removeBlob(digest);
      byte[] key = RecordCodec.key(digest);
      RecordBatch batch = new RecordBatch().delete(Table.BLOBS, key).delete(Table.METAINFO, key);
      delete(() -> Files.deleteIfExists(folder.blob(digest)), batch);
    }
  }

  /** The file goes first, for it may be its space that lets the records be written. */
  private void delete(DiskWrite file, RecordBatch batch) {
    try {
      file.run();
      records.write(batch, Records.Durability.PROCESS);
    } catch (IOException e) {
      log.warn("A deletion will be finished when {} is next opened", folder.root(), e);
    }
  }

  private void tell(List<Digest> evicted) {
    for (Digest digest : evicted) {
      listeners.forEach(listener -> listener.onEvicted(digest));
    }
  }
}
