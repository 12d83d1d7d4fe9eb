package io.shoal.cli.dev.report;

import java.time.Duration;
import java.util.Optional;

/**
 * How one agent's pull went.
 *
 * @param agent the agent's name
 * @param duration from the request for the manifest to the last byte, or to the failure
 * @param firstByte from the request for the manifest to the first byte of a layer
 * @param bytes where the agent got the bytes
 * @param failure why it failed, if it did
 */
public record AgentPull(
    String agent,
    Duration duration,
    Duration firstByte,
    SourceBytes bytes,
    Optional<String> failure) {}
