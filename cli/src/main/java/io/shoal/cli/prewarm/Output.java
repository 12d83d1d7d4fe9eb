package io.shoal.cli.prewarm;

/** Form of the answer. */
enum Output {
  /** For people. */
  TABLE,
  /** What the tracker said. */
  JSON
}
