package io.shoal.node.store;

/**
 * What a store holds. A partial blob counts with its full length from the start.
 *
 * @param blobs number of verified blobs
 * @param blobBytes their length in all
 * @param partials number of partial blobs
 * @param partialBytes their length in all
 * @param limitBytes what the store may hold
 */
public record StoreUsage(
    int blobs, long blobBytes, int partials, long partialBytes, long limitBytes) {}
