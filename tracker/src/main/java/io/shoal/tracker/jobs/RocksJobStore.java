package io.shoal.tracker.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.NodeView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Jobs in RocksDB: {@code j/ID} is a job, {@code n/ID/NODE} one of its nodes, both as JSON, so that
 * a change of one node among thousands costs one small record.
 */
public final class RocksJobStore implements JobStore {

  private static final String JOB = "j/";
  private static final String NODE = "n/";

  /** The character after the slash: where the keys of a prefix that ends with one end. */
  private static final String AFTER_SLASH = "0";

  private static final long WRITE_BUFFER_BYTES = 1 << 20;
  private static final long LOG_BYTES = 2 << 20;
  private static final int OPEN_FILES = 64;

  private final Path dir;
  private final Options options;
  private final WriteOptions durable;
  private final RocksDB db;

  private RocksJobStore(Path dir, Options options, RocksDB db) {
    this.dir = dir;
    this.options = options;
    this.db = db;
    this.durable = new WriteOptions().setSync(true);
  }

  /**
   * Opens the store in this folder, which is created if it is missing.
   *
   * @throws IOException if another process uses the folder, or it cannot be read and written
   */
  public static RocksJobStore open(Path dir) throws IOException {
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
      return new RocksJobStore(dir, options, RocksDB.open(options, dir.toString()));
    } catch (RocksDBException e) {
      options.close();
      throw new IOException("the jobs in " + dir + " cannot be opened: " + e.getMessage(), e);
    }
  }

  @Override
  public List<Saved> load() throws IOException {
    List<Saved> all = new ArrayList<>();
    for (byte[] job : values(JOB)) {
      StoredJob stored = ShoalJson.read(new String(job, UTF_8), StoredJob.class);
      List<NodeView> nodes = new ArrayList<>();
      for (byte[] node : values(NODE + stored.id() + "/")) {
        nodes.add(ShoalJson.read(new String(node, UTF_8), NodeView.class));
      }
      all.add(new Saved(stored, nodes));
    }
    return all;
  }

  private List<byte[]> values(String prefix) throws IOException {
    List<byte[]> values = new ArrayList<>();
    try (RocksIterator at = db.newIterator()) {
      at.seek(bytes(prefix));
      while (at.isValid() && new String(at.key(), UTF_8).startsWith(prefix)) {
        values.add(at.value());
        at.next();
      }
      at.status();
      return values;
    } catch (RocksDBException e) {
      throw failed("reading", e);
    }
  }

  @Override
  public void save(List<Saved> changed, List<String> forgotten) throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      for (Saved saved : changed) {
        String id = saved.job().id();
        batch.put(bytes(JOB + id), bytes(ShoalJson.write(saved.job())));
        for (NodeView node : saved.nodes()) {
          batch.put(bytes(NODE + id + "/" + node.node()), bytes(ShoalJson.write(node)));
        }
      }
      for (String id : forgotten) {
        batch.delete(bytes(JOB + id));
        batch.deleteRange(bytes(NODE + id + "/"), bytes(NODE + id + AFTER_SLASH));
      }
      db.write(durable, batch);
    } catch (RocksDBException e) {
      throw failed("writing", e);
    }
  }

  private IOException failed(String what, RocksDBException e) {
    return new IOException(what + " the jobs in " + dir + " failed: " + e.getMessage(), e);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    durable.close();
    db.close();
    options.close();
  }
}
