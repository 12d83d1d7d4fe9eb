package io.shoal.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveLinesTest {

  @Test
  void drawsOverTheFormerLinesAndCutsLongOnes() {
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    LiveLines lines = new LiveLines(new PrintStream(screen, true, StandardCharsets.UTF_8), 10);

    lines.draw(List.of("one", "two"));
    lines.draw(List.of("one and a half", "two"));

    assertThat(screen.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r\033[2Kone\n\r\033[2Ktwo\n" + "\033[2A\r\033[2Kone and a \n\r\033[2Ktwo\n");
  }
}
