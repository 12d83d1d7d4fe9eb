package io.shoal.node.store;

import io.shoal.core.content.Digest;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.node.codec.IntegrityCodec;
import io.shoal.node.codec.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The signed states of blobs among the records. What cannot be read counts as not there. */
final class StateRecords {

  private static final Logger log = LoggerFactory.getLogger(StateRecords.class);

  private static final int SIGNATURE_PREFIX_BYTES = 8;

  private final Records records;

  StateRecords(Records records) {
    this.records = records;
  }

  /** Saves a batch; saving the same one again changes nothing, as the signature is in the key. */
  void save(SignedStates batch) throws IOException {
    byte[] digest = RecordCodec.key(batch.digest());
    byte[] key =
        ByteBuffer.allocate(digest.length + SIGNATURE_PREFIX_BYTES)
            .put(digest)
            .put(batch.signature().bytes(), 0, SIGNATURE_PREFIX_BYTES)
            .array();
    records.write(
        new RecordBatch().put(Table.STATES, key, IntegrityCodec.toBytes(batch)),
        Records.Durability.PROCESS);
  }

  List<SignedStates> states(Digest digest) throws IOException {
    List<SignedStates> batches = new ArrayList<>();
    records.forEach(
        Table.STATES,
        RecordCodec.key(digest),
        (key, value) -> {
          try {
            batches.add(IntegrityCodec.readStates(ByteBuffer.wrap(value)));
          } catch (MalformedException e) {
            log.warn("Kept states of {} are unreadable", digest, e);
          }
        });
    return batches;
  }

  /** Saves the metainfo, which replaces the batches. */
  void save(SignedFinal metaInfo) throws IOException {
    RecordBatch batch = new RecordBatch();
    add(metaInfo, batch);
    records.write(batch, Records.Durability.PROCESS);
  }

  static void add(SignedFinal metaInfo, RecordBatch batch) {
    byte[] key = RecordCodec.key(metaInfo.digest());
    batch.put(Table.METAINFO, key, IntegrityCodec.toBytes(metaInfo)).deleteAll(Table.STATES, key);
  }

  Optional<SignedFinal> metaInfo(Digest digest) throws IOException {
    Optional<byte[]> value = records.get(Table.METAINFO, RecordCodec.key(digest));
    if (value.isPresent()) {
      try {
        return Optional.of(IntegrityCodec.readFinal(ByteBuffer.wrap(value.get())));
      } catch (MalformedException e) {
        log.warn("The kept metainfo of {} is unreadable", digest, e);
      }
    }
    return Optional.empty();
  }
}
