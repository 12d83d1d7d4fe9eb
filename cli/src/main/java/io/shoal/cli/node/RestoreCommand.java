package io.shoal.cli.node;

import io.shoal.cli.console.UserError;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Brings back a runtime's configuration as it was before the first setup. */
@Command(
    name = "restore",
    description =
        "Bring back the runtime's configuration as it was before the first 'setup', byte for byte."
            + " A file that somebody has changed since is left and named, with exit code 1.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal node restore --runtime containerd",
      "  shoal node restore --runtime docker --dry-run"
    })
final class RestoreCommand implements Callable<Integer> {

  @Mixin private HostOptions host;

  @Spec private CommandSpec spec;

  private final Function<Boolean, HostPrograms> programs;

  RestoreCommand(Function<Boolean, HostPrograms> programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    return HostOptions.telling(() -> {
      PrintWriter out = spec.commandLine().getOut();
      HostFiles files = host.files();
      if (!files.changed()) {
        out.println(host.runtime() + " is not set up here; nothing to restore");
        return 0;
      }
      if (host.dryRun()) {
        files.changedPaths().forEach(path -> out.println("would restore " + path));
        return 0;
      }
      host.setup(files, programs).restore().forEach(out::println);
      return files.changed() ? UserError.FAILED : 0;
    });
  }
}
