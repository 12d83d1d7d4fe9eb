package io.shoal.node.store;

/**
 * A tag as a client names it.
 *
 * @param upstream name of the central registry
 * @param repository repository in it
 * @param tag the mutable name
 */
public record TagKey(String upstream, String repository, String tag) {}
