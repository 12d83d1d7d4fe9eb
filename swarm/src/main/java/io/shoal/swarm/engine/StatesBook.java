package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which piece boundaries of a torrent have a signed state, and what to tell peers about them. */
final class StatesBook {

  private final int pieces;

  /** Bit i: the state after piece i is known. The last piece is checked by the digest. */
  private final Bitfield known;

  private final List<SignedStates> batches = new ArrayList<>();
  private @Nullable SignedFinal metaInfo;

  StatesBook(int pieces) {
    this.pieces = pieces;
    this.known = new Bitfield(pieces);
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
      news |= known.set(entry.piece());
    }
    if (news) {
      batches.add(batch);
    }
    return news;
  }

  /** Sets the metainfo of the whole blob, which replaces the batches; false if it was known. */
  boolean complete(SignedFinal whole) {
    if (metaInfo != null) {
      return false;
    }
    metaInfo = whole;
    batches.clear();
    known.setAll();
    return true;
  }

  @Nullable SignedFinal metaInfo() {
    return metaInfo;
  }

  List<SignedStates> batches() {
    return batches;
  }

  /** Signed states held, as a Join tells. */
  int count() {
    return Math.max(0, known.cardinality() - (pieces > 0 ? 1 : 0));
  }

  /** Forgets everything: the epoch is over. */
  void clear() {
    batches.clear();
    metaInfo = null;
    for (int i = 0; i < pieces - 1; i++) {
      known.clear(i);
    }
  }
}
