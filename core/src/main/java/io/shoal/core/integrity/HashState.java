package io.shoal.core.integrity;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The chaining value of a blob's own hash after a whole number of pieces: 32 bytes for SHA-256, 64
 * for SHA-512, big-endian words as in FIPS 180-4. Immutable.
 */
public final class HashState {

  private final byte[] value;

  private HashState(byte[] value) {
    this.value = value;
  }

  /** The state made of these bytes. */
  public static HashState of(byte[] value) {
    if (value.length != 32 && value.length != 64) {
      throw new IllegalArgumentException("a hash state has 32 or 64 bytes, not " + value.length);
    }
    return new HashState(value.clone());
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return value.clone();
  }

  /** Length in bytes. */
  public int length() {
    return value.length;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof HashState s && Arrays.equals(s.value, value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(value, 0, 6) + "...";
  }
}
