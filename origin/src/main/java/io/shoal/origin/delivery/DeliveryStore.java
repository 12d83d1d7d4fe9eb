package io.shoal.origin.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shoal.client.json.ShoalJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Deliveries in RocksDB by their number, as JSON. What is written is on the disk when the call
 * returns. It is apart from the blob store's records, which may be given up and found again from
 * the files: what stands here is known nowhere else. Thread-safe.
 */
final class DeliveryStore implements AutoCloseable {

  private static final long WRITE_BUFFER_BYTES = 1 << 20;
  private static final long LOG_BYTES = 2 << 20;
  private static final int OPEN_FILES = 64;

  private final Path dir;
  private final Options options;
  private final WriteOptions durable = new WriteOptions().setSync(true);
  private final RocksDB db;

  /** A closed RocksDB must not be touched; guarded by this. */
  private boolean closed;

  private DeliveryStore(Path dir, Options options, RocksDB db) {
    this.dir = dir;
    this.options = options;
    this.db = db;
  }

  /**
   * Opens the store in this folder, which is created if it is missing.
   *
   * @throws IOException if it cannot be read and written; a damaged one is not begun anew
   */
  static DeliveryStore open(Path dir) throws IOException {
    Files.createDirectories(dir);
    RocksDB.loadLibrary();
    Options options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxTotalWalSize(LOG_BYTES)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setMaxOpenFiles(OPEN_FILES)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(1);
    try {
      return new DeliveryStore(dir, options, RocksDB.open(options, dir.toString()));
    } catch (RocksDBException e) {
      options.close();
      throw new IOException(
          "the queue of pushes in " + dir + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Everything there is, in the order in which it was accepted. */
  NavigableMap<Long, Delivery> load() throws IOException {
    NavigableMap<Long, Delivery> all = new TreeMap<>();
    try (RocksIterator at = db.newIterator()) {
      for (at.seekToFirst(); at.isValid(); at.next()) {
        all.put(
            ByteBuffer.wrap(at.key()).getLong(),
            ShoalJson.read(new String(at.value(), UTF_8), Delivery.class));
      }
      at.status();
      return all;
    } catch (RocksDBException e) {
      throw failed("reading", e);
    }
  }

  /** Writes all of these or none, and forgets others. */
  synchronized void change(SortedMap<Long, Delivery> written, List<Long> forgotten)
      throws IOException {
    if (closed) {
      throw new IOException("the queue of pushes in " + dir + " is closed");
    }
    try (WriteBatch batch = new WriteBatch()) {
      for (var entry : written.entrySet()) {
        batch.put(key(entry.getKey()), ShoalJson.write(entry.getValue()).getBytes(UTF_8));
      }
      for (long number : forgotten) {
        batch.delete(key(number));
      }
      db.write(durable, batch);
    } catch (RocksDBException e) {
      throw failed("writing", e);
    }
  }

  /** Numbers are not negative, so that the order of the bytes is theirs. */
  private static byte[] key(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private IOException failed(String what, RocksDBException e) {
    return new IOException(
        what + " the queue of pushes in " + dir + " failed: " + e.getMessage(), e);
  }

  @Override
  public synchronized void close() {
    closed = true;
    durable.close();
    db.close();
    options.close();
  }
}
