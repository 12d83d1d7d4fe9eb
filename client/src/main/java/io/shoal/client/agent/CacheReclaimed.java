package io.shoal.client.agent;

/**
 * What a clean-up let go of.
 *
 * @param blobs whole blobs
 * @param partials partial blobs
 * @param bytes their length in all
 */
public record CacheReclaimed(int blobs, int partials, long bytes) {}
