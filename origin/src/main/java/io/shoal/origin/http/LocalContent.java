package io.shoal.origin.http;

import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import io.shoal.origin.fetch.LocalBlob;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** A blob of this origin for one answer. */
final class LocalContent implements BlobContent {

  private final LocalBlob blob;
  private final AtomicBoolean closed = new AtomicBoolean();

  LocalContent(LocalBlob blob) {
    this.blob = blob;
  }

  @Override
  public long blobBytes() {
    return blob.layout().blobBytes();
  }

  @Override
  public CompletionStage<BlobBytes> next(long from, long toExclusive) {
    return blob.servable(from)
        .thenApply(
            end -> new BlobBytes.InFile(blob.channel(), from, Math.min(end, toExclusive) - from));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      blob.close();
    }
  }
}
