package io.shoal.cli.process;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@link ChildProcesses} adds to the command line of a server; of no use to people. */
public final class ParentOptions {

  @Option(names = "--exit-with-parent", hidden = true)
  private boolean exitWithParent;

  @Option(names = "--ready-file", hidden = true)
  private @Nullable Path readyFile;

  /** Whether to end when standard input ends. */
  boolean exitWithParent() {
    return exitWithParent;
  }

  /** Where to say the port. */
  Optional<ReadyFile> readyFile() {
    return Optional.ofNullable(readyFile).map(ReadyFile::new);
  }
}
