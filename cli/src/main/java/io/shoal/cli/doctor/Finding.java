package io.shoal.cli.doctor;

/**
 * What a check has found.
 *
 * @param check what was looked at
 * @param outcome how it is
 * @param found in words
 * @param fix what to do; empty if all is well
 */
record Finding(String check, Outcome outcome, String found, String fix) {

  /** How it is. */
  enum Outcome {
    /** As it should be. */
    OK,
    /** Not to be judged here, or because of an earlier failure. */
    SKIPPED,
    /** Something has to be done. */
    FAILED
  }

  static Finding ok(String check, String found) {
    return new Finding(check, Outcome.OK, found, "");
  }

  static Finding skipped(String check, String why) {
    return new Finding(check, Outcome.SKIPPED, why, "");
  }

  static Finding failed(String check, String found, String fix) {
    return new Finding(check, Outcome.FAILED, found, fix);
  }
}
