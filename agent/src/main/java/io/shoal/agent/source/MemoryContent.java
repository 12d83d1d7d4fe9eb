package io.shoal.agent.source;

import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A small blob just fetched and verified. */
final class MemoryContent implements BlobContent {

  private final byte[] content;

  MemoryContent(byte[] content) {
    this.content = content;
  }

  @Override
  public long blobBytes() {
    return content.length;
  }

  @Override
  public CompletionStage<BlobBytes> next(long from, long toExclusive) {
    ByteBuffer bytes =
        ByteBuffer.wrap(content, (int) from, (int) (toExclusive - from)).asReadOnlyBuffer();
    return CompletableFuture.completedFuture(new BlobBytes.InMemory(bytes));
  }

  @Override
  public void close() {
    // nothing is held
  }
}
