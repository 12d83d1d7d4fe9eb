package io.shoal.cli.console;

import java.io.PrintStream;
import java.util.List;

/** A block of lines that is drawn over and over in the same place of a terminal. */
public final class LiveLines {

  private static final String CLEAR_LINE = "\033[2K";

  private final PrintStream out;
  private final int columns;
  private int drawn;

  /**
   * @param out the terminal
   * @param columns longer lines are cut, because a wrapped line would spoil the counting
   */
  public LiveLines(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  /** Draws these lines in place of the former ones. */
  public void draw(List<String> lines) {
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append("\033[%dA".formatted(drawn));
    }
    for (String line : lines) {
      String cut = line.length() > columns ? line.substring(0, columns) : line;
      text.append('\r').append(CLEAR_LINE).append(cut).append('\n');
    }
    out.print(text);
    out.flush();
    drawn = lines.size();
  }
}
