package io.shoal.node.store;

import io.shoal.core.content.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * A blob as the store has it.
 *
 * @param digest its name
 * @param bytes its length
 * @param writtenBytes how much of it is on disk, about
 * @param mediaType of a manifest
 * @param partial whether some of it is missing
 * @param inUse whether it is read, sent or written at this moment
 * @param lastUsed when it was asked for last
 * @param pinnedUntil until when it is kept from eviction, if it is
 */
public record StoreEntry(
    Digest digest,
    long bytes,
    long writtenBytes,
    Optional<String> mediaType,
    boolean partial,
    boolean inUse,
    Instant lastUsed,
    Optional<Instant> pinnedUntil) {}
