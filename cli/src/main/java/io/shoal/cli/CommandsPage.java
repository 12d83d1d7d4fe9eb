package io.shoal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints docs/cli.md, from the very commands that are run. */
@Command(
    name = "commands-page",
    hidden = true,
    description = "Print the page of all commands, in Markdown.")
final class CommandsPage implements Callable<Integer> {

  private static final int COLUMNS = 100;

  private static final String INTRODUCTION =
      """
      # Commands

      <!-- Generated: ./shoal commands-page > docs/cli.md -->

      Everything is a sub-command of `shoal`; `--help` prints what stands here. Errors say what to do.
      Exit codes: 0 done, 1 it was tried and failed, 2 the command line or the configuration cannot be
      used as it stands. `--output json` is for programs. `shoal completion` teaches a shell the words.
      """;

  @Spec private CommandSpec spec;

  static String markdown(CommandLine root) {
    List<CommandLine> all = visible(root);
    String contents =
        all.stream().map(CommandsPage::link).collect(Collectors.joining("\n", "\n", "\n"));
    return INTRODUCTION
        + contents
        + all.stream().map(CommandsPage::section).collect(Collectors.joining());
  }

  /** A command and all those below it that are for people. */
  static List<CommandLine> visible(CommandLine command) {
    List<CommandLine> all = new ArrayList<>();
    if (!command.getCommandSpec().usageMessage().hidden()) {
      all.add(command);
      command.getSubcommands().values().forEach(below -> all.addAll(visible(below)));
    }
    return all;
  }

  private static String link(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    return "- [`%s`](#%s)".formatted(name, name.replace(' ', '-'));
  }

  private static String section(CommandLine command) {
    command.setUsageHelpWidth(COLUMNS);
    String help =
        command
            .getUsageMessage(Ansi.OFF)
            .lines()
            .map(String::stripTrailing)
            .collect(Collectors.joining("\n"));
    return "\n## %s\n\n```text\n%s\n```\n"
        .formatted(command.getCommandSpec().qualifiedName(), help);
  }

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(markdown(spec.root().commandLine()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
