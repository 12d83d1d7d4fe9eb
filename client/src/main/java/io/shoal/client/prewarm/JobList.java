package io.shoal.client.prewarm;

import java.util.List;
import java.util.Optional;

/**
 * What jobs there are.
 *
 * @param jobs the newest first
 */
public record JobList(List<Entry> jobs) {

  public JobList {
    jobs = List.copyOf(jobs);
  }

  /**
   * One job.
   *
   * @param id its name in the API
   * @param state how it stands
   * @param images what it pre-warms
   * @param nodes how many nodes it has
   * @param done how many of them have every image
   * @param failed how many of them failed
   * @param bytesDone sum over the nodes
   * @param bytesTotal sum over the nodes that know it
   * @param createdAtMillis since 1970
   * @param endedAtMillis since 1970, if it has ended
   */
  public record Entry(
      String id,
      JobState state,
      List<String> images,
      int nodes,
      int done,
      int failed,
      long bytesDone,
      long bytesTotal,
      long createdAtMillis,
      Optional<Long> endedAtMillis) {

    /** The short form of a job. */
    public static Entry of(JobView job) {
      return new Entry(
          job.id(),
          job.state(),
          job.request().images(),
          job.nodes().size(),
          job.count(NodeState.DONE),
          job.count(NodeState.FAILED),
          job.bytesDone(),
          job.bytesTotal(),
          job.createdAtMillis(),
          job.endedAtMillis());
    }
  }
}
