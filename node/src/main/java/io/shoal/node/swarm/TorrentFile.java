package io.shoal.node.swarm;

import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.node.store.PartialBlob;
import io.shoal.node.store.StoredBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes of a torrent on disk: arriving, or verified and leased from the store. */
final class TorrentFile {

  private final @Nullable PartialBlob partial;
  private volatile @Nullable StoredBlob stored;

  private TorrentFile(@Nullable PartialBlob partial, @Nullable StoredBlob stored) {
    this.partial = partial;
    this.stored = stored;
  }

  static TorrentFile arriving(PartialBlob partial) {
    return new TorrentFile(partial, null);
  }

  static TorrentFile verified(StoredBlob stored) {
    return new TorrentFile(null, stored);
  }

  /** Valid until {@link #close}, also while the blob is being committed. */
  FileChannel channel() {
    PartialBlob arriving = partial;
    if (arriving != null) {
      return arriving.channel();
    }
    StoredBlob lease = stored;
    if (lease == null) {
      throw new IllegalStateException("closed");
    }
    return lease.channel();
  }

  void write(long position, ByteBuffer bytes) throws IOException {
    arriving().write(position, bytes);
  }

  void attested(int piece) {
    arriving().attested(piece);
  }

  void save(SignedStates batch) throws IOException {
    if (partial != null && stored == null) {
      partial.saveStates(batch);
    }
  }

  void save(SignedFinal metaInfo) throws IOException {
    if (partial != null && stored == null) {
      partial.saveFinal(metaInfo);
    }
  }

  void commit(Optional<SignedFinal> metaInfo) throws IOException {
    if (stored == null) {
      stored = arriving().commit(metaInfo);
    }
  }

  boolean committed() {
    return stored != null;
  }

  void discard() {
    if (partial != null) {
      partial.discard();
    }
  }

  void close() {
    if (partial != null) {
      partial.close();
    }
    StoredBlob lease = stored;
    if (lease != null) {
      lease.close();
    }
  }

  private PartialBlob arriving() {
    if (partial == null) {
      throw new IllegalStateException("the blob is verified already");
    }
    return partial;
  }
}
