package io.shoal.origin.fetch;

import io.shoal.core.content.PieceLayout;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletionStage;

/** A blob that is here or arriving, held for one reader. Close it. */
public interface LocalBlob extends AutoCloseable {

  /** Its length and pieces. */
  PieceLayout layout();

  /** The generation of its signatures, 0 if it has none. */
  long epoch();

  /** Whether all of it is here and matches the digest. */
  boolean complete();

  /**
   * Completes with the exclusive end of the run of bytes at this offset that may be read, when
   * there is at least one; fails if they will not come.
   */
  CompletionStage<Long> servable(long offset);

  /** For positional reads of what is servable. */
  FileChannel channel();

  @Override
  void close();
}
