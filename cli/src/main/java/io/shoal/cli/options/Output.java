package io.shoal.cli.options;

/** Form of the answer. */
public enum Output {
  /** For people. */
  TABLE,
  /** For programs. */
  JSON
}
