package io.shoal.oci.registry;

import java.time.Duration;
import java.util.Optional;

/**
 * An answer that has ended, for logs and metrics.
 *
 * @param method the request's method
 * @param uri what was asked for, as it came
 * @param status what it was answered with
 * @param bodyBytes how much of a body left
 * @param duration from the request's head to the end of the answer
 * @param firstByte from the request's head to the first byte of a body handed to the connection, if
 *     there was one
 * @param complete false if the answer was broken off or the client went away
 */
public record Served(
    String method,
    String uri,
    int status,
    long bodyBytes,
    Duration duration,
    Optional<Duration> firstByte,
    boolean complete) {}
