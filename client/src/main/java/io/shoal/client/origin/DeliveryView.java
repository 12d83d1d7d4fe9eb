package io.shoal.client.origin;

import io.shoal.core.content.Digest;
import java.time.Duration;
import java.util.Optional;

/**
 * Something that was pushed to an origin and is still on its way to its registry.
 *
 * @param upstream the registry
 * @param repository path within it
 * @param kind {@code BLOB} or {@code MANIFEST}
 * @param digest of its bytes
 * @param tag what shall name it
 * @param age since it was taken
 * @param failures attempts that have failed since the origin's start
 * @param problem why the last attempt failed
 */
public record DeliveryView(
    String upstream,
    String repository,
    String kind,
    Digest digest,
    Optional<String> tag,
    Duration age,
    int failures,
    Optional<String> problem) {}
