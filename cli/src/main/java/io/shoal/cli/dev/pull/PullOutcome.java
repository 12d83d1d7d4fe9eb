package io.shoal.cli.dev.pull;

import java.time.Duration;

/**
 * A pull that succeeded: every blob's digest was checked.
 *
 * @param imageBytes length of the configuration and all layers
 * @param duration from the request for the manifest to the last byte
 * @param firstByte from the request for the manifest to the first byte of a layer
 */
public record PullOutcome(long imageBytes, Duration duration, Duration firstByte) {}
