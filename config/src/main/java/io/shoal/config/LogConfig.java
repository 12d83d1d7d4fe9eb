package io.shoal.config;

/**
 * How a service writes its log; the same keys in every service.
 *
 * @param format for people or for programs
 */
public record LogConfig(
    @Key(doc = "human: lines for people. json: one object in each line.", defaultValue = "human")
        Format format) {

  /** The form of a line. */
  public enum Format {
    /** Lines for people. */
    HUMAN,
    /** One JSON object in each line. */
    JSON
  }
}
