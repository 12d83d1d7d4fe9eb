package io.shoal.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void alignsTheFirstColumnLeftAndTheOthersRight() {
    TextTable table =
        new TextTable("peer", "have", "").row("a-long-name", "7", "x").row("b", "12345", "");

    assertThat(table.lines())
        .containsExactly(
            "peer          have", //
            "a-long-name      7  x",
            "b            12345");
  }

  @Test
  void refusesLinesOfAnotherLength() {
    TextTable table = new TextTable("a", "b");

    assertThatThrownBy(() -> table.row("1")).hasMessage("1 cells in a table of 2");
  }
}
