package io.shoal.client.prewarm;

import java.util.Optional;

/**
 * One node of a job.
 *
 * @param node its name
 * @param zone its label {@code zone}, if it has one
 * @param state how it stands
 * @param reason why it is stalled, failed or cancelled, in words
 * @param bytesDone of the images, what was there before included
 * @param bytesTotal of the images; 0 while it is not known
 * @param startedAtMillis when it was started, since 1970
 * @param endedAtMillis when it ended, since 1970
 */
public record NodeView(
    String node,
    Optional<String> zone,
    NodeState state,
    Optional<String> reason,
    long bytesDone,
    long bytesTotal,
    Optional<Long> startedAtMillis,
    Optional<Long> endedAtMillis) {}
