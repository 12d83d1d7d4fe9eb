package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which piece boundaries of a torrent have a signed state, and what to tell peers about them. */
final class StatesBook {

  private final int pieces;

  /** Bit i: the state after piece i is known. The last piece is checked by the digest. */
  private final Bitfield known;

  /** The batch that first brought the state after a piece. */
  private final @Nullable SignedStates[] batchOf;

  private @Nullable SignedFinal metaInfo;

  StatesBook(int pieces) {
    this.pieces = pieces;
    this.known = new Bitfield(pieces);
    this.batchOf = new SignedStates[pieces];
    if (pieces > 0) {
      known.set(pieces - 1);
    }
  }

  /** Whether a piece can be checked: the states on both sides of it are known. */
  boolean checkable(int piece) {
    return known.get(piece) && (piece == 0 || known.get(piece - 1));
  }

  /** Adds a batch; false if it said nothing new. */
  boolean add(SignedStates batch) {
    if (metaInfo != null) {
      return false;
    }
    boolean news = false;
    for (StateEntry entry : batch.entries()) {
      if (known.set(entry.piece())) {
        batchOf[entry.piece()] = batch;
        news = true;
      }
    }
    return news;
  }

  /** Sets the metainfo of the whole blob, which replaces the batches; false if it was known. */
  boolean complete(SignedFinal whole) {
    if (metaInfo != null) {
      return false;
    }
    metaInfo = whole;
    Arrays.fill(batchOf, null);
    known.setAll();
    return true;
  }

  @Nullable SignedFinal metaInfo() {
    return metaInfo;
  }

  /** The signed batch to tell of the state after a piece; null if there is none, or no need. */
  @Nullable SignedStates batchOf(int piece) {
    return batchOf[piece];
  }

  /** Signed states held, as a Join tells. */
  int count() {
    return Math.max(0, known.cardinality() - (pieces > 0 ? 1 : 0));
  }
}
