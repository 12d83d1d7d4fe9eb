package io.shoal.cli.console;

/**
 * A failure that the person at the terminal can do something about: the message says what. It is
 * printed without a stack trace.
 */
public final class UserError extends RuntimeException {

  /** Exit code of a command that was understood and failed. */
  public static final int FAILED = 1;

  /** Exit code of a command line or configuration that cannot be used as it stands. */
  public static final int UNUSABLE = 2;

  private final int exitCode;

  private UserError(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The work was tried and did not succeed. */
  public static UserError failed(String message) {
    return new UserError(FAILED, message);
  }

  /** The command line or the configuration has to be changed first. */
  public static UserError unusable(String message) {
    return new UserError(UNUSABLE, message);
  }

  /** What the process ends with. */
  public int exitCode() {
    return exitCode;
  }
}
