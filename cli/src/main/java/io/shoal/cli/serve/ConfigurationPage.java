package io.shoal.cli.serve;

import io.shoal.config.ConfigDocs;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints docs/configuration.md, from the very records that the servers read. */
@Command(
    name = "configuration-page",
    hidden = true,
    description = "Print the page of all settings, in Markdown.")
public final class ConfigurationPage implements Callable<Integer> {

  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Generated: ./shoal configuration-page > docs/configuration.md -->

      Each server reads a YAML file (`--config FILE`) and the environment; the environment wins.
      A key with dots stands for nested keys: `store.quota` is `quota` below `store`. A key or a
      variable that does not exist is an error that names the nearest one that does.
      `--check-config` says what is wrong without starting anything.

      Sizes are written like `64MiB` or `10GB` (KiB, MiB, GiB count in 1024s; kB, MB, GB in
      1000s), rates like `60MB/s`, durations like `250ms`, `30s`, `15m`, `24h` or `7d`.
      Environment variables hold lists as values separated by commas.

      Heap, direct memory and the like are limited for each server by a file in `lib/jvm`. What the
      variable `SHOAL_JAVA_OPTS` holds (flags of `java`, separated by blanks) comes after it and wins:
      `SHOAL_JAVA_OPTS=-Xmx512m shoal tracker`.
      """;

  @Spec private CommandSpec spec;

  static String markdown() {
    return ConfigDocs.page(
        INTRODUCTION,
        ServerCommands.KINDS.stream()
            .map(kind -> new ConfigDocs.Section(kind.name(), kind.configType(), kind.envPrefix()))
            .toList());
  }

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(markdown());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
