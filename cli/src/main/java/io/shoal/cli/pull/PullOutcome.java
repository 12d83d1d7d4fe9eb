package io.shoal.cli.pull;

import java.time.Duration;

/**
 * A pull that succeeded: every blob's digest was checked.
 *
 * @param image what was pulled
 * @param duration from the request for the manifest to the last byte
 * @param firstByte from the request for the manifest to the first byte of a layer
 */
public record PullOutcome(FoundImage image, Duration duration, Duration firstByte) {

  /** Length of the configuration and all layers. */
  public long imageBytes() {
    return image.bytes();
  }
}
