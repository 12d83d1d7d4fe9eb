package io.shoal.core.peer;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The identity of a peer process: 128 random bits, made anew at every start. Ordered as unsigned
 * numbers; the order decides which of two crossing connections stays.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record PeerId(long high, long low) implements Comparable<PeerId> {

  /** Length in bytes on the wire. */
  public static final int BYTES = 16;

  /** A fresh id. */
  public static PeerId random(RandomGenerator random) {
    return new PeerId(random.nextLong(), random.nextLong());
  }

  /**
   * Reads 32 hex digits.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static PeerId parse(String hex) {
    if (hex.length() != 32) {
      throw new IllegalArgumentException("a peer id has 32 hex digits");
    }
    return new PeerId(
        HexFormat.fromHexDigitsToLong(hex.substring(0, 16)),
        HexFormat.fromHexDigitsToLong(hex.substring(16)));
  }

  @Override
  public int compareTo(PeerId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** The first eight hex digits, for logs and tables. */
  public String shortHex() {
    return toString().substring(0, 8);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
