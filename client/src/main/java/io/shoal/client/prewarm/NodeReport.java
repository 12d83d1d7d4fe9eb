package io.shoal.client.prewarm;

/**
 * What an agent tells of one job.
 *
 * @param jobId which
 * @param attempt of the job
 * @param phase how it stands here
 * @param reason why it failed, else empty
 * @param bytesDone of the images, what was there before included
 * @param bytesTotal of the images; 0 while it is not known
 */
public record NodeReport(
    String jobId, int attempt, Phase phase, String reason, long bytesDone, long bytesTotal) {

  private static final int MAX_REASON = 500;

  /** How a job stands on an agent. */
  public enum Phase {
    /** Waits for another job, or fetches. */
    RUNNING,
    /** Everything is here, and the node's runtime takes it over. */
    HANDING_OVER,
    /** Everything is where it should be. */
    DONE,
    /** It is given up. */
    FAILED;

    /** Whether nothing more will come. */
    public boolean ended() {
      return this == DONE || this == FAILED;
    }
  }

  public NodeReport {
    reason = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
    if (bytesDone < 0 || bytesTotal < 0) {
      throw new IllegalArgumentException("negative bytes of job " + jobId);
    }
  }
}
