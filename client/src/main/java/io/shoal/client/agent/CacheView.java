package io.shoal.client.agent;

import io.shoal.core.content.Digest;
import java.util.List;
import java.util.Optional;

/**
 * A node's blob cache, {@code GET} {@link CacheClient#PATH}.
 *
 * @param blobs number of whole blobs
 * @param blobBytes their length in all
 * @param partials number of blobs of which some is missing
 * @param partialBytes their full length in all
 * @param limitBytes what the cache may hold
 * @param entries every blob, the most recently used first
 */
public record CacheView(
    int blobs,
    long blobBytes,
    int partials,
    long partialBytes,
    long limitBytes,
    List<Entry> entries) {

  public CacheView {
    entries = List.copyOf(entries);
  }

  /**
   * One blob.
   *
   * @param digest its name
   * @param bytes its length
   * @param writtenBytes how much of it is on disk, about
   * @param mediaType of a manifest
   * @param partial whether some of it is missing
   * @param inUse whether it is read, sent or written
   * @param lastUsedAtMillis when it was asked for last, in milliseconds of Unix time
   * @param pinnedUntilMillis until when it is kept from eviction, if it is
   */
  public record Entry(
      Digest digest,
      long bytes,
      long writtenBytes,
      Optional<String> mediaType,
      boolean partial,
      boolean inUse,
      long lastUsedAtMillis,
      Optional<Long> pinnedUntilMillis) {}
}
