package io.shoal.node.store;

import io.shoal.core.content.Digest;
import io.shoal.node.codec.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings files and records together after a start, however the last run ended. The record of a blob
 * is its commit point: it is written after the file's bytes are on the disk and before the file is
 * moved, so that a missing move can be made up for here. Files without a record are deleted,
 * records without a file are dropped.
 */
final class Reconciliation {

  private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);

  private static final byte[] CLEAN = "clean".getBytes(StandardCharsets.US_ASCII);

  private final StoreFolder folder;
  private final Records records;
  private final Inventory inventory = new Inventory();
  private final RecordBatch changes = new RecordBatch();

  private Reconciliation(StoreFolder folder, Records records) {
    this.folder = folder;
    this.records = records;
  }

  static Inventory run(StoreFolder folder, Records records) throws IOException {
    return new Reconciliation(folder, records).inventory();
  }

  /** To be recorded last of all, when everything is on the disk. */
  static void markClean(Records records) throws IOException {
    records.write(
        new RecordBatch().put(Table.DEFAULT, CLEAN, new byte[0]), Records.Durability.DISK);
  }

  private Inventory inventory() throws IOException {
    boolean clean = records.get(Table.DEFAULT, CLEAN).isPresent();
    Map<Digest, RecordCodec.PartialRecord> partialRecords =
        read(Table.PARTIALS, RecordCodec::partial);
    Map<Digest, Long> partialFiles = folder.partialFiles();
    blobs(partialRecords, partialFiles);
    partials(partialRecords, partialFiles, clean);
    read(Table.PINS, RecordCodec::pin).forEach(inventory::pin);
    // From now on the folder is unclean until it is closed, and so are the partial blobs in it.
    changes.delete(Table.DEFAULT, CLEAN);
    inventory
        .partialRecords()
        .forEach((d, r) -> changes.put(Table.PARTIALS, RecordCodec.key(d), RecordCodec.toBytes(r)));
    records.write(changes, Records.Durability.DISK);
    return inventory;
  }

  private void blobs(
      Map<Digest, RecordCodec.PartialRecord> partialRecords, Map<Digest, Long> partialFiles)
      throws IOException {
    Map<Digest, Long> blobFiles = folder.blobFiles();
    for (var entry : read(Table.BLOBS, RecordCodec::blob).entrySet()) {
      Digest digest = entry.getKey();
      RecordCodec.BlobRecord record = entry.getValue();
      Long length = blobFiles.remove(digest);
      boolean moveMissing =
          !partialRecords.containsKey(digest)
              && Long.valueOf(record.bytes()).equals(partialFiles.get(digest));
      if (length != null && length == record.bytes()) {
        inventory.addBlob(digest, record);
      } else if (moveMissing) {
        folder.prepareBlob(digest);
        folder.moveToBlobs(folder.partial(digest), digest);
        partialFiles.remove(digest);
        inventory.addBlob(digest, record);
      } else {
        log.warn("The file of {} is gone or has the wrong length", digest);
        Files.deleteIfExists(folder.blob(digest));
        changes.delete(Table.BLOBS, RecordCodec.key(digest));
        if (!partialRecords.containsKey(digest)) {
          changes.delete(Table.METAINFO, RecordCodec.key(digest));
        }
      }
    }
    for (Digest digest : blobFiles.keySet()) {
      log.warn("Deleting the file of {}, which has no record", digest);
      Files.deleteIfExists(folder.blob(digest));
    }
  }

  private void partials(
      Map<Digest, RecordCodec.PartialRecord> partialRecords, Map<Digest, Long> files, boolean clean)
      throws IOException {
    for (var entry : partialRecords.entrySet()) {
      Digest digest = entry.getKey();
      Long length = files.remove(digest);
      if (length != null && length == entry.getValue().layout().blobBytes()) {
        inventory.addPartial(digest, entry.getValue(), clean);
      } else {
        log.info("Dropping partial blob {}, whose file is gone or has the wrong length", digest);
        Files.deleteIfExists(folder.partial(digest));
        byte[] key = RecordCodec.key(digest);
        changes.delete(Table.PARTIALS, key).deleteAll(Table.STATES, key);
        if (!inventory.hasBlob(digest)) {
          changes.delete(Table.METAINFO, key);
        }
      }
    }
    for (Digest digest : files.keySet()) {
      Files.deleteIfExists(folder.partial(digest));
    }
  }

  private interface Decoder<T> {
    T decode(byte[] value) throws MalformedException;
  }

  private <T> Map<Digest, T> read(Table table, Decoder<T> decoder) throws IOException {
    Map<Digest, T> found = new HashMap<>();
    records.forEach(
        table,
        new byte[0],
        (key, value) -> {
          try {
            found.put(RecordCodec.digestOf(key), decoder.decode(value));
          } catch (MalformedException e) {
            log.warn("Dropping an unreadable record of {}", table, e);
            changes.delete(table, key);
          }
        });
    return found;
  }
}
