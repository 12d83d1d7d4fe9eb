package io.shoal.core.units;

/**
 * A transfer rate as people write it: {@code 60MB/s}, {@code 1.25GB/s}, {@code 10MiB/s}.
 *
 * @param bytesPerSecond at least 1
 */
public record ByteRate(long bytesPerSecond) {

  public ByteRate {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("a rate is at least 1 byte per second");
    }
  }

  /**
   * Parses a rate.
   *
   * @throws IllegalArgumentException with a text that shows how to write one
   */
  public static ByteRate parse(String text) {
    String stripped = text.strip();
    if (!stripped.endsWith("/s")) {
      throw new IllegalArgumentException("not a rate: '" + text + "' (write e.g. 60MB/s)");
    }
    return new ByteRate(ByteSize.parse(stripped.substring(0, stripped.length() - 2)).bytes());
  }

  @Override
  public String toString() {
    return ByteSize.format(bytesPerSecond) + "/s";
  }
}
