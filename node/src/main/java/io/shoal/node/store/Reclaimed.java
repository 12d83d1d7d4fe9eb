package io.shoal.node.store;

/**
 * What was let go of to make room.
 *
 * @param blobs verified blobs
 * @param partials partial blobs
 * @param bytes their length in all
 */
public record Reclaimed(int blobs, int partials, long bytes) {}
