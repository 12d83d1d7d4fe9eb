package io.shoal.core.peer;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a peer stands: all that matters is whether two peers share the switch that others reach
 * them through, so only a 64-bit key of the name of the rack (or zone) is passed around.
 *
 * @param key of the name; 0 if it is not known
 */
public record Locality(long key) {

  /** Nobody told. */
  public static final Locality UNKNOWN = new Locality(0);

  private static final String NONE = "-";
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /** The rack or zone of this name; FNV-1a of its UTF-8 bytes. */
  public static Locality named(String name) {
    long key = FNV_OFFSET;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      key = (key ^ (b & 0xff)) * FNV_PRIME;
    }
    return key == 0 ? new Locality(1) : new Locality(key);
  }

  /** By a node's labels: its {@code rack}, else its {@code zone}, else unknown. */
  public static Locality of(Map<String, String> labels) {
    String name = labels.getOrDefault("rack", labels.getOrDefault("zone", ""));
    return name.isBlank() ? UNKNOWN : named(name);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Locality parse(String text) {
    if (text.equals(NONE)) {
      return UNKNOWN;
    }
    if (text.length() != 16) {
      throw new IllegalArgumentException("a locality has 16 hex digits");
    }
    return new Locality(Long.parseUnsignedLong(text, 16));
  }

  /** Whether the rack or zone is known. */
  public boolean known() {
    return key != 0;
  }

  @Override
  public String toString() {
    return known() ? String.format("%016x", key) : NONE;
  }
}
