package io.shoal.tracker.jobs;

/** A request about jobs that cannot be met; the message says why. */
public final class JobException extends Exception {

  /** What is wrong. */
  public enum Kind {
    /** The request makes no sense, or no node is meant. */
    BAD_REQUEST,
    /** There is no such job. */
    NOT_FOUND,
    /** It does not fit what there is. */
    CONFLICT,
    /** There is no room for it, or the disk does not take it. */
    UNAVAILABLE
  }

  private final Kind kind;

  JobException(Kind kind, String reason) {
    super(reason);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
