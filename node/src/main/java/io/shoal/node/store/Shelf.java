package io.shoal.node.store;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one open store, and the handing out of leases.
 *
 * @param folder the files
 * @param records what is known about them, on the disk
 * @param inventory what is known about them, in memory
 * @param states signed states among the records
 * @param room eviction
 * @param upkeep the store's own thread
 * @param clock wall clock, for last uses and expiry
 */
record Shelf(
    StoreFolder folder,
    Records records,
    Inventory inventory,
    StateRecords states,
    Room room,
    Upkeep upkeep,
    InstantSource clock) {

  private static final Logger log = LoggerFactory.getLogger(Shelf.class);

  Optional<StoredBlob> find(Digest digest) {
    return lease(digest, clock.millis());
  }

  /** The same without counting as a use. */
  Optional<StoredBlob> peek(Digest digest) {
    return lease(digest, 0);
  }

  private Optional<StoredBlob> lease(Digest digest, long usedMillis) {
    Optional<RecordCodec.BlobRecord> record = inventory.lease(digest, usedMillis);
    if (record.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StoredBlob(digest, record.get(), open(digest, record.get()), this));
    } catch (NoSuchFileException e) {
      log.warn("The file of {} is gone; someone else deleted it", digest);
      room.deleteBlob(digest);
    } catch (IOException e) {
      log.warn("{} cannot be opened", digest, e);
      inventory.endLease(digest);
    }
    return Optional.empty();
  }

  private FileChannel open(Digest digest, RecordCodec.BlobRecord record) throws IOException {
    FileChannel channel = FileChannel.open(folder.blob(digest), StandardOpenOption.READ);
    if (channel.size() != record.bytes()) {
      channel.close();
      throw new NoSuchFileException(
          folder.blob(digest).toString(), null, "not " + record.bytes() + " bytes long");
    }
    return channel;
  }

  /** Enters a blob whose file is in its place, instead of the partial one if there was one. */
  StoredBlob enter(Digest digest, RecordCodec.BlobRecord record, boolean wasPartial)
      throws IOException {
    // One step, or it could be evicted before it is leased.
    synchronized (inventory) {
      inventory.addBlob(digest, record);
      if (wasPartial) {
        inventory.removePartial(digest);
      }
      return find(digest).orElseThrow(() -> new IOException(digest + " is gone again"));
    }
  }
}
