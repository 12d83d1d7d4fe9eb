package io.shoal.origin.fetch;

import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.node.store.StoredBlob;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A blob in the store. */
record StoredLocal(StoredBlob blob) implements LocalBlob {

  @Override
  public PieceLayout layout() {
    return PieceLayout.forBlob(blob.blobBytes());
  }

  @Override
  public long epoch() {
    try {
      return blob.metaInfo().map(SignedFinal::epoch).orElse(0L);
    } catch (IOException e) {
      // Then it passes for a blob without signatures, which is checked at its end.
      return 0;
    }
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public CompletionStage<Long> servable(long offset) {
    return CompletableFuture.completedFuture(blob.blobBytes());
  }

  @Override
  public FileChannel channel() {
    return blob.channel();
  }

  @Override
  public void close() {
    blob.close();
  }
}
