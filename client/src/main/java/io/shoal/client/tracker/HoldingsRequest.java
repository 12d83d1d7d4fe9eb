package io.shoal.client.tracker;

import io.shoal.core.content.Digest;
import java.util.List;

/**
 * Asks who has how much of some blobs, such as those of an image.
 *
 * @param blobs at most {@link #MAX_BLOBS}
 */
public record HoldingsRequest(List<Blob> blobs) {

  /** The most blobs in one question. */
  public static final int MAX_BLOBS = 1000;

  /** One blob and its length. */
  public record Blob(Digest digest, long bytes) {
    public Blob {
      if (bytes < 0) {
        throw new IllegalArgumentException("negative length of " + digest);
      }
    }
  }

  public HoldingsRequest {
    blobs = List.copyOf(blobs);
    if (blobs.size() > MAX_BLOBS) {
      throw new IllegalArgumentException("more than 1000 blobs in one question");
    }
  }
}
