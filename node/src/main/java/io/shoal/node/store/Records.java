package io.shoal.node.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's RocksDB: what is known about the files. Thread-safe. Once RocksDB met a full disk it
 * refuses every write until it is opened anew; that happens here, with the ballast's space.
 */
final class Records implements AutoCloseable {

  /** Whether a write survives a power failure, or only a dead process. */
  enum Durability {
    PROCESS,
    DISK
  }

  /** Sees one record. */
  interface Visitor {
    void visit(byte[] key, byte[] value);
  }

  private static final Logger log = LoggerFactory.getLogger(Records.class);

  private static final long BLOCK_CACHE_BYTES = 2 << 20;
  private static final long WRITE_BUFFERS_BYTES = 2 << 20;
  private static final long LOG_BYTES = 2 << 20;
  private static final int OPEN_FILES = 64;

  /** With less than this to write to, RocksDB is left as it is: it can still be read. */
  private static final long REOPEN_BYTES = 1 << 20;

  private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Path dir;
  private final Ballast ballast;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable Handles handles;
  private boolean closed;

  /** An open RocksDB and the native objects that go with it, closed in reverse order. */
  private record Handles(
      RocksDB db, Map<Table, ColumnFamilyHandle> families, Deque<AbstractNativeReference> natives) {

    ColumnFamilyHandle family(Table table) {
      ColumnFamilyHandle family = families.get(table);
      if (family == null) {
        throw new IllegalStateException("no column family " + table);
      }
      return family;
    }

    void close() {
      natives.forEach(AbstractNativeReference::close);
    }
  }

  private Records(Path dir, Ballast ballast) {
    this.dir = dir;
    this.ballast = ballast;
  }

  static Records open(Path dir, Ballast ballast) throws IOException {
    RocksDB.loadLibrary();
    Records records = new Records(dir, ballast);
    try {
      records.openHandles();
    } catch (RocksDBException e) {
      records.openOnTrouble(e);
    }
    return records;
  }

  private void openOnTrouble(RocksDBException trouble) throws IOException {
    try {
      if (isFull(trouble) && ballast.release()) {
        openHandles();
      } else if (isCorrupt(trouble)) {
        log.warn("The records in {} are damaged; the store starts empty", dir, trouble);
        deleteTree(dir);
        openHandles();
      } else {
        throw failed("opening the records in " + dir, trouble);
      }
    } catch (RocksDBException e) {
      throw failed("opening the records in " + dir, e);
    }
  }

  private void openHandles() throws RocksDBException {
    Deque<AbstractNativeReference> natives = new ArrayDeque<>();
    try {
      LRUCache cache = keep(natives, new LRUCache(BLOCK_CACHE_BYTES));
      ColumnFamilyOptions familyOptions =
          keep(natives, new ColumnFamilyOptions())
              .setWriteBufferSize(WRITE_BUFFERS_BYTES / 2)
              .setCompressionType(CompressionType.NO_COMPRESSION)
              .setTableFormatConfig(
                  new BlockBasedTableConfig()
                      .setBlockCache(cache)
                      .setCacheIndexAndFilterBlocks(true));
      DBOptions options =
          keep(natives, new DBOptions())
              .setCreateIfMissing(true)
              .setCreateMissingColumnFamilies(true)
              .setDbWriteBufferSize(WRITE_BUFFERS_BYTES)
              .setMaxTotalWalSize(LOG_BYTES)
              .setMaxOpenFiles(OPEN_FILES)
              .setMaxBackgroundJobs(1)
              .setKeepLogFileNum(1)
              .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
              .setStatsDumpPeriodSec(0)
              .setAllowFAllocate(false)
              .setAvoidFlushDuringShutdown(true)
              .setAvoidFlushDuringRecovery(true);
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      for (Table table : Table.values()) {
        byte[] name = table.family().getBytes(StandardCharsets.US_ASCII);
        descriptors.add(new ColumnFamilyDescriptor(name, familyOptions));
      }
      List<ColumnFamilyHandle> families = new ArrayList<>();
      RocksDB db = RocksDB.open(options, dir.toString(), descriptors, families);
      keep(natives, db);
      Map<Table, ColumnFamilyHandle> byTable = new EnumMap<>(Table.class);
      Iterator<ColumnFamilyHandle> inOrder = families.iterator();
      for (Table table : Table.values()) {
        byTable.put(table, keep(natives, inOrder.next()));
      }
      handles = new Handles(db, byTable, natives);
    } catch (RocksDBException e) {
      natives.forEach(AbstractNativeReference::close);
      throw e;
    }
  }

  private static <T extends AbstractNativeReference> T keep(
      Deque<AbstractNativeReference> natives, T reference) {
    natives.push(reference);
    return reference;
  }

  Optional<byte[]> get(Table table, byte[] key) throws IOException {
    lock.readLock().lock();
    try {
      Handles open = requireOpen();
      return Optional.ofNullable(open.db.get(open.family(table), key));
    } catch (RocksDBException e) {
      throw failed("reading a record", e);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Shows every record whose key starts so, in the order of the keys. */
  void forEach(Table table, byte[] prefix, Visitor visitor) throws IOException {
    lock.readLock().lock();
    try {
      Handles open = requireOpen();
      try (RocksIterator records = open.db.newIterator(open.family(table))) {
        for (records.seek(prefix); records.isValid() && starts(records.key(), prefix); ) {
          visitor.visit(records.key(), records.value());
          records.next();
        }
        records.status();
      }
    } catch (RocksDBException e) {
      throw failed("reading records", e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private static boolean starts(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** Writes all changes or none. Reopens RocksDB if it stopped at a full disk. */
  void write(RecordBatch batch, Durability durability) throws IOException {
    try {
      writeOnce(batch, durability);
    } catch (RocksDBException e) {
      if (!isFull(e) && !isStalled(e)) {
        throw failed("writing records", e);
      }
      reopen();
      try {
        writeOnce(batch, durability);
      } catch (RocksDBException again) {
        throw failed("writing records", again);
      }
    }
  }

  private void writeOnce(RecordBatch batch, Durability durability)
      throws IOException, RocksDBException {
    if (needsOpening()) {
      reopen();
    }
    lock.readLock().lock();
    try (WriteBatch changes = new WriteBatch();
        WriteOptions options =
            new WriteOptions().setSync(durability == Durability.DISK).setNoSlowdown(true)) {
      Handles open = requireOpen();
      batch.addTo(changes, open::family);
      writePatiently(open.db, options, changes);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * RocksDB itself would wait without end for a flush that a full disk has stopped. Here a write
   * waits only for a flush that goes on.
   */
  private static void writePatiently(RocksDB db, WriteOptions options, WriteBatch changes)
      throws RocksDBException {
    while (true) {
      try {
        db.write(options, changes);
        return;
      } catch (RocksDBException e) {
        if (!isStalled(e) || db.getLongProperty("rocksdb.background-errors") > 0) {
          throw e;
        }
        LockSupport.parkNanos(STALL_NANOS);
      }
    }
  }

  private boolean needsOpening() {
    lock.readLock().lock();
    try {
      return handles == null && !closed;
    } finally {
      lock.readLock().unlock();
    }
  }

  private void reopen() throws IOException {
    lock.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      boolean released = ballast.release();
      if (Files.getFileStore(dir).getUsableSpace() < REOPEN_BYTES) {
        throw new DiskFullException("writing records failed: no space is left in " + dir);
      }
      if (handles != null) {
        handles.close();
        handles = null;
      }
      openHandles();
      log.info("Opened the records anew after a full disk; ballast released: {}", released);
    } catch (RocksDBException e) {
      throw failed("opening the records anew", e);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private Handles requireOpen() throws IOException {
    if (handles == null) {
      throw closed
          ? new IOException("the store in " + dir.getParent() + " is closed")
          : new DiskFullException("no records in " + dir + ": the disk is full");
    }
    return handles;
  }

  private static boolean isFull(RocksDBException e) {
    Status status = e.getStatus();
    return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
        || String.valueOf(e.getMessage()).contains("No space left");
  }

  /** A write that would have had to wait. */
  private static boolean isStalled(RocksDBException e) {
    Status status = e.getStatus();
    return status != null && status.getCode() == Status.Code.Incomplete;
  }

  private static boolean isCorrupt(RocksDBException e) {
    Status status = e.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption;
  }

  private static IOException failed(String action, RocksDBException e) {
    return isFull(e) || isStalled(e)
        ? new DiskFullException(action + " failed: the disk is full", e)
        : new IOException(action + " failed: " + e.getMessage(), e);
  }

  private static void deleteTree(Path dir) throws IOException {
    Files.walkFileTree(
        dir,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path d, @Nullable IOException e)
              throws IOException {
            Files.delete(d);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      if (handles != null) {
        handles.close();
        handles = null;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
