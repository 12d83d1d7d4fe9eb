package io.shoal.cli.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A block of lines that is drawn over and over in the same place of a terminal. */
public final class LiveLines {

  private static final String CLEAR_LINE = "\033[2K";
  private static final String CLEAR_BELOW = "\033[J";

  private final PrintStream out;
  private final TerminalSize size;
  private int drawn;

  /**
   * @param out the terminal
   * @param size longer lines are cut, because a wrapped line would spoil the counting; and lines
   *     that do not fit are left out, because what has left the screen cannot be drawn over
   */
  LiveLines(PrintStream out, TerminalSize size) {
    this.out = out;
    this.size = size;
  }

  /** Lines on the terminal of this process, if it has one. */
  public static LiveLines on(PrintStream out, Map<String, String> environment) {
    return new LiveLines(
        out, Console.isLive(environment) ? TerminalSize.ofInput() : TerminalSize.USUAL);
  }

  /** Draws these lines in place of the former ones. */
  public void draw(List<String> lines) {
    List<String> shown = fitting(lines);
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append("\033[%dA".formatted(drawn));
    }
    for (String line : shown) {
      String cut = line.length() > size.columns() ? line.substring(0, size.columns()) : line;
      text.append('\r').append(CLEAR_LINE).append(cut).append('\n');
    }
    out.print(text.append(CLEAR_BELOW));
    out.flush();
    drawn = shown.size();
  }

  private List<String> fitting(List<String> lines) {
    int most = Math.max(2, size.rows() - 1);
    if (lines.size() <= most) {
      return lines;
    }
    List<String> shown = new ArrayList<>(lines.subList(0, most - 1));
    shown.add(
        "and %d more lines, for which this terminal is too low"
            .formatted(lines.size() - shown.size()));
    return shown;
  }
}
