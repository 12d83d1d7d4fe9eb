package io.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

class CommandsPageTest {

  private static final Path PAGE = Path.of("..", "docs", "cli.md");

  static Stream<String> commands() {
    return CommandsPage.visible(Main.commandLine(Map.of())).stream()
        .map(command -> command.getCommandSpec().qualifiedName());
  }

  @Test
  void thePageInTheDocumentationIsTheOneOfThisCode() throws IOException {
    assertThat(Files.readString(PAGE))
        .as("stale; run: ./shoal commands-page > docs/cli.md")
        .isEqualTo(CommandsPage.markdown(Main.commandLine(Map.of())));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandIsDescribedAndHasAnExample(String name) {
    CommandLine command = command(name);
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();

    assertThat(String.join("", usage.description())).as("description").isNotBlank();
    assertThat(command.getUsageMessage(CommandLine.Help.Ansi.OFF))
        .as("help")
        .contains("Examples:\n  " + name);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionIsDescribed(String name) {
    for (ArgSpec argument : command(name).getCommandSpec().args()) {
      if (!argument.hidden()) {
        assertThat(String.join("", argument.description())).as(argument.toString()).isNotBlank();
      }
    }
  }

  private static CommandLine command(String name) {
    return CommandsPage.visible(Main.commandLine(Map.of())).stream()
        .filter(command -> command.getCommandSpec().qualifiedName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
