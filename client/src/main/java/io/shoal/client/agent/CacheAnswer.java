package io.shoal.client.agent;

import java.util.Optional;

/**
 * The answer about one blob.
 *
 * @param verdict of a verification
 * @param error why a request was refused, in words
 */
public record CacheAnswer(Optional<CacheVerdict> verdict, Optional<String> error) {}
