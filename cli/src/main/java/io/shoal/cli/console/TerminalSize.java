package io.shoal.cli.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much a terminal shows at once. */
record TerminalSize(int rows, int columns) {

  /** What is assumed of one that does not say. */
  static final TerminalSize USUAL = new TerminalSize(24, 120);

  private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("([1-9]\\d*) ([1-9]\\d*)\\s*");

  /** Of the terminal that is the standard input: Java cannot ask it, {@code stty} can. */
  static TerminalSize ofInput() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      byte[] answer = stty.getInputStream().readAllBytes();
      return parse(new String(answer, StandardCharsets.US_ASCII)).orElse(USUAL);
    } catch (IOException e) {
      return USUAL;
    }
  }

  /** A terminal that nobody has told its size says that it is 0. */
  static Optional<TerminalSize> parse(String answer) {
    Matcher size = ROWS_AND_COLUMNS.matcher(answer);
    try {
      return size.matches()
          ? Optional.of(
              new TerminalSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))))
          : Optional.empty();
    } catch (NumberFormatException absurd) {
      return Optional.empty();
    }
  }
}
