package io.shoal.agent.source;

import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import java.util.concurrent.CompletionStage;

/** A blob that cannot be stored here: its bytes go straight to the client. */
final class PassThroughContent implements BlobContent {

  private final PassThrough source;

  PassThroughContent(PassThrough source) {
    this.source = source;
  }

  @Override
  public long blobBytes() {
    return source.blobBytes();
  }

  @Override
  public CompletionStage<BlobBytes> next(long from, long toExclusive) {
    return source.next(from, toExclusive);
  }

  @Override
  public void close() {
    source.close();
  }
}
