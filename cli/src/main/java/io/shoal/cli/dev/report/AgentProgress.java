package io.shoal.cli.dev.report;

import java.util.OptionalLong;

/**
 * How far one agent's pull is, at one moment.
 *
 * @param agent the agent's name
 * @param receivedBytes what the client has
 * @param expectedBytes what it will have, once the manifest is read
 * @param bytesPerSecond lately
 * @param bytes where the agent got bytes so far
 * @param state how it stands
 */
public record AgentProgress(
    String agent,
    long receivedBytes,
    OptionalLong expectedBytes,
    long bytesPerSecond,
    SourceBytes bytes,
    State state) {

  /** How a pull stands. */
  public enum State {
    /** Under way. */
    PULLING,
    /** Complete, all digests right. */
    DONE,
    /** Given up. */
    FAILED
  }

  /** Whole percents, rounded down, so that 100 means all. */
  public int percent() {
    long expected = expectedBytes.orElse(0);
    return expected == 0 ? 0 : (int) (100 * Math.min(receivedBytes, expected) / expected);
  }
}
