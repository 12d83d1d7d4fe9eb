package io.shoal.tracker.jobs;

import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobState;
import java.util.Optional;

/**
 * What lasts of a job itself. Its nodes are stored one by one.
 *
 * @param id of the job
 * @param key the caller's idempotency key
 * @param request what was asked for
 * @param state how it stands
 * @param attempt 1, and one more with every retry
 * @param createdAtMillis since 1970
 * @param deadlineMillis what is not done then has failed
 * @param endedAtMillis since 1970, if it has ended
 */
public record StoredJob(
    String id,
    Optional<String> key,
    JobRequest request,
    JobState state,
    int attempt,
    long createdAtMillis,
    long deadlineMillis,
    Optional<Long> endedAtMillis) {}
