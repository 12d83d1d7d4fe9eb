package io.shoal.core.units;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of bytes as people write it: {@code 64MiB}, {@code 1.5GB}, {@code 4096}. KiB, MiB, GiB
 * and TiB count in 1024s, kB, MB, GB and TB in 1000s.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {

  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)");
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("b", 1L),
          Map.entry("kib", 1L << 10),
          Map.entry("mib", 1L << 20),
          Map.entry("gib", 1L << 30),
          Map.entry("tib", 1L << 40),
          Map.entry("kb", 1_000L),
          Map.entry("mb", 1_000_000L),
          Map.entry("gb", 1_000_000_000L),
          Map.entry("tb", 1_000_000_000_000L));

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative size: " + bytes);
    }
  }

  /**
   * Parses a size.
   *
   * @throws IllegalArgumentException with a text that shows how to write one
   */
  public static ByteSize parse(String text) {
    Matcher m = FORM.matcher(text.strip());
    Long unit = m.matches() ? UNITS.get(m.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("not a size: '" + text + "' (write e.g. 64MiB or 10GB)");
    }
    try {
      BigDecimal value = new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(unit));
      return new ByteSize(value.toBigInteger().longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("size too large: '" + text + "'", e);
    }
  }

  /** For people: three significant digits and a binary unit. */
  public static String format(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int exp = Math.min(4, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
    double value = bytes / (double) (1L << (10 * exp));
    String form = value >= 100 ? "%.0f %s" : value >= 10 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, form, value, "KiB MiB GiB TiB".split(" ", -1)[exp - 1]);
  }

  @Override
  public String toString() {
    return format(bytes);
  }
}
