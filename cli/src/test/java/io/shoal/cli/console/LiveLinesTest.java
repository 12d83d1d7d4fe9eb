package io.shoal.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveLinesTest {

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

  @Test
  void drawsOverTheFormerLinesAndCutsLongOnes() {
    LiveLines lines = lines(24, 10);

    lines.draw(List.of("one", "two"));
    lines.draw(List.of("one and a half"));

    assertThat(screen.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r\033[2Kone\n\r\033[2Ktwo\n\033[J" + "\033[2A\r\033[2Kone and a \n\033[J");
  }

  @Test
  void leavesOutWhatDoesNotFitOnTheScreen() {
    LiveLines lines = lines(4, 100);

    lines.draw(List.of("one", "two", "three", "four"));

    assertThat(screen.toString(StandardCharsets.UTF_8))
        .contains("one", "two", "and 2 more lines")
        .doesNotContain("three");
  }

  @Test
  void believesATerminalThatKnowsItsSize() {
    assertThat(TerminalSize.parse("50 132\n")).contains(new TerminalSize(50, 132));
    for (String none : List.of("", "0 0\n", "tall wide", "1 99999999999999")) {
      assertThat(TerminalSize.parse(none)).as(none).isEmpty();
    }
  }

  private LiveLines lines(int rows, int columns) {
    return new LiveLines(
        new PrintStream(screen, true, StandardCharsets.UTF_8), new TerminalSize(rows, columns));
  }
}
