package io.shoal.node.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Changes to records that happen together or not at all. Can be written again after a failure. */
final class RecordBatch {

  private interface Change {
    void addTo(WriteBatch changes, Function<Table, ColumnFamilyHandle> families)
        throws RocksDBException;
  }

  /** No key is longer than its prefix by more than this. */
  private static final int MAX_SUFFIX_BYTES = 16;

  private final List<Change> changes = new ArrayList<>();

  RecordBatch put(Table table, byte[] key, byte[] value) {
    changes.add((batch, families) -> batch.put(families.apply(table), key, value));
    return this;
  }

  RecordBatch delete(Table table, byte[] key) {
    changes.add((batch, families) -> batch.delete(families.apply(table), key));
    return this;
  }

  /** Deletes every record whose key starts so. */
  RecordBatch deleteAll(Table table, byte[] prefix) {
    byte[] end = Arrays.copyOf(prefix, prefix.length + MAX_SUFFIX_BYTES);
    Arrays.fill(end, prefix.length, end.length, (byte) 0xff);
    changes.add((batch, families) -> batch.deleteRange(families.apply(table), prefix, end));
    return this;
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  void addTo(WriteBatch batch, Function<Table, ColumnFamilyHandle> families)
      throws RocksDBException {
    for (Change change : changes) {
      change.addTo(batch, families);
    }
  }
}
