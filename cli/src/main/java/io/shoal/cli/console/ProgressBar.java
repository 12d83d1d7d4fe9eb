package io.shoal.cli.console;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import io.shoal.core.units.ByteSize;

/** How far something is, in one line. */
public final class ProgressBar {

  private static final int CELLS = 30;
  private static final long MINUTE = 60;

  private ProgressBar() {}

  /**
   * A bar with bytes, rate and the time left.
   *
   * @param totalBytes 0 if it is not known yet
   * @param bytesPerSecond 0 if it is not known, or nothing is left
   */
  public static String line(long doneBytes, long totalBytes, long bytesPerSecond) {
    int percent = totalBytes == 0 ? 0 : (int) Math.min(100, 100 * doneBytes / totalBytes);
    int filled = CELLS * percent / 100;
    String line =
        format(
            ROOT,
            "[%s%s] %3d %%  %s of %s",
            "#".repeat(filled),
            ".".repeat(CELLS - filled),
            percent,
            ByteSize.format(doneBytes),
            totalBytes == 0 ? "?" : ByteSize.format(totalBytes));
    if (bytesPerSecond <= 0 || doneBytes >= totalBytes) {
      return line;
    }
    return line
        + "  "
        + ByteSize.format(bytesPerSecond)
        + "/s  ETA "
        + time((totalBytes - doneBytes) / bytesPerSecond);
  }

  private static String time(long seconds) {
    return seconds < MINUTE ? seconds + " s" : seconds / MINUTE + " min " + seconds % MINUTE + " s";
  }
}
