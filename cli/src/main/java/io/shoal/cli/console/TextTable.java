package io.shoal.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Columns of text: the first aligned left, all others right, two spaces between them. */
public final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  /** A table with this first line. */
  public TextTable(String... header) {
    rows.add(List.of(header));
  }

  /** Adds a line with as many cells as the header has. */
  public TextTable row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + rows.getFirst().size());
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, without trailing blanks. */
  public List<String> lines() {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      String padding = " ".repeat(widths[i] - cell.length());
      line.append(i == 0 ? cell + padding : "  " + padding + cell);
    }
    return line.toString().stripTrailing();
  }
}
