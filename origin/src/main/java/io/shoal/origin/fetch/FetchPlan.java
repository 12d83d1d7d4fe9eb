package io.shoal.origin.fetch;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which pieces of a blob are still to be asked for, and by whom: ranges in index order, each taken
 * by one reader; or, where upstream ignores Range, one reader for everything. Thread-safe.
 */
final class FetchPlan {

  private final PieceLayout layout;
  private final Bitfield written;
  private final Deque<PieceRange> ranges = new ArrayDeque<>();
  private @Nullable Object soleReader;

  /**
   * @param have pieces that need not be fetched
   * @param rangeBytes length of a range, rounded up to whole pieces
   */
  FetchPlan(PieceLayout layout, Bitfield have, long rangeBytes) {
    this.layout = layout;
    this.written = have.copy();
    int most = Math.clamp(Math.ceilDiv(rangeBytes, layout.pieceBytes()), 1, 1 << 20);
    int first = 0;
    while (first < layout.pieceCount()) {
      if (have.get(first)) {
        first++;
        continue;
      }
      int end = first + 1;
      while (end < layout.pieceCount() && end - first < most && !have.get(end)) {
        end++;
      }
      ranges.add(new PieceRange(first, end));
      first = end;
    }
  }

  PieceLayout layout() {
    return layout;
  }

  /** The lowest range nobody has taken; empty if all are taken or one reader reads everything. */
  synchronized Optional<PieceRange> next() {
    return soleReader == null ? Optional.ofNullable(ranges.poll()) : Optional.empty();
  }

  /** How many ranges nobody has taken. */
  synchronized int waitingRanges() {
    return soleReader == null ? ranges.size() : 0;
  }

  /** Upstream ignores Range. True for the one reader that is to read everything from now on. */
  synchronized boolean readEverything(Object reader) {
    if (soleReader == null) {
      soleReader = reader;
    }
    return reader.equals(soleReader);
  }

  /** Whether this reader's work has been taken over by another. */
  synchronized boolean takenOver(Object reader) {
    return soleReader != null && !reader.equals(soleReader);
  }

  synchronized boolean isWritten(int piece) {
    return written.get(piece);
  }

  /** False if it was written before. */
  synchronized boolean written(int piece) {
    return written.set(piece);
  }
}
