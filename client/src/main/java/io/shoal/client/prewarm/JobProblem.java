package io.shoal.client.prewarm;

/**
 * Why the API of jobs says no.
 *
 * @param error in words
 */
public record JobProblem(String error) {}
