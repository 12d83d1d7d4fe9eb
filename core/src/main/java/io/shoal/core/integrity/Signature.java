package io.shoal.core.integrity;

import java.util.Arrays;

/** An Ed25519 signature (RFC 8032): 64 bytes. Immutable. */
public final class Signature {

  /** Length in bytes. */
  public static final int BYTES = 64;

  private final byte[] value;

  private Signature(byte[] value) {
    this.value = value;
  }

  /** The signature made of these bytes. */
  public static Signature of(byte[] value) {
    if (value.length != BYTES) {
      throw new IllegalArgumentException("a signature has 64 bytes, not " + value.length);
    }
    return new Signature(value.clone());
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return value.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Signature s && Arrays.equals(s.value, value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }
}
