package io.shoal.agent.source;

import io.shoal.node.store.StoredBlob;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A verified blob on disk, leased for one answer. */
final class StoredContent implements BlobContent {

  /** Bytes are counted when they are handed out, so not all of a blob at once. */
  private static final long MOST_AT_ONCE = 64L << 20;

  private final StoredBlob blob;
  private final String registry;
  private final ByteCounts counts;

  StoredContent(StoredBlob blob, String registry, ByteCounts counts) {
    this.blob = blob;
    this.registry = registry;
    this.counts = counts;
  }

  @Override
  public long blobBytes() {
    return blob.blobBytes();
  }

  @Override
  public CompletionStage<BlobBytes> next(long from, long toExclusive) {
    long length = Math.min(MOST_AT_ONCE, toExclusive - from);
    counts.cache(registry, length);
    return CompletableFuture.completedFuture(new BlobBytes.InFile(blob.channel(), from, length));
  }

  @Override
  public void close() {
    blob.close();
  }
}
