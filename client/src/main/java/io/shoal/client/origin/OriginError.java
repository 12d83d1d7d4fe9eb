package io.shoal.client.origin;

import java.time.Duration;
import java.util.Optional;

/**
 * The body of every answer that is no success.
 *
 * @param reason for programs
 * @param message for people
 * @param retryAfter when it makes sense to ask again, if the origin knows
 */
public record OriginError(OriginReason reason, String message, Optional<Duration> retryAfter) {}
