package io.shoal.oci.registry;

import java.util.concurrent.CompletionStage;

/** A blob that is being read for one answer, maybe while it is still arriving. */
public interface BlobContent extends AutoCloseable {

  /** The whole blob's length. */
  long blobBytes();

  /**
   * The bytes at {@code from}, as many as may be sent now but none at or after {@code toExclusive}.
   * Called on an event loop, so it must not block: it completes when at least one byte may be sent.
   * If it fails, the answer is broken off so that the client does not take what it got for the
   * whole. Calls do not overlap.
   */
  CompletionStage<BlobBytes> next(long from, long toExclusive);

  /** The answer is complete or its client is gone. May come while {@code next} is pending. */
  @Override
  void close();
}
