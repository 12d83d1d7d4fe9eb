package io.shoal.simulation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times of a run as people write them: {@code 100us}, {@code 250ms}, {@code 1.5s}, {@code 2m}, or
 * as a multiple of the run's bound, {@code 2T}. Finer than the times of a configuration, because
 * what a simulated cluster does may take less than a millisecond.
 */
final class VirtualTime {

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(us|ms|s|m|T)");

  private VirtualTime() {}

  /**
   * Parses a time.
   *
   * @param boundSeconds what {@code 1T} is
   * @throws IllegalArgumentException with a text that shows how to write one
   */
  static Duration parse(String text, double boundSeconds) {
    Matcher m = FORM.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "not a time: '"
              + text
              + "' (write e.g. 100us, 250ms, 1.5s, 2m, or 2T for twice the bound)");
    }
    BigDecimal micros =
        switch (m.group(2)) {
          case "us" -> BigDecimal.ONE;
          case "ms" -> BigDecimal.valueOf(1_000);
          case "s" -> BigDecimal.valueOf(1_000_000);
          case "m" -> BigDecimal.valueOf(60_000_000);
          default -> BigDecimal.valueOf(boundSeconds).movePointRight(6);
        };
    // Whole microseconds, so that the text of a time is the time.
    return Duration.ofNanos(micros.multiply(new BigDecimal(m.group(1))).longValue() * 1000);
  }

  /** A text that {@link #parse} reads as the same time; microseconds are as fine as it gets. */
  static String format(Duration time) {
    long micros = time.toNanos() / 1000;
    if (micros % 1_000_000 == 0) {
      return micros / 1_000_000 + "s";
    }
    return micros % 1000 == 0 ? micros / 1000 + "ms" : micros + "us";
  }
}
