package io.shoal.cli.node;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which runtime, and where its files are. */
final class HostOptions {

  @Option(
      names = "--runtime",
      required = true,
      paramLabel = "RUNTIME",
      description = "docker, containerd, crio or podman.")
  private ContainerRuntime runtime;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      defaultValue = "/",
      description =
          "The host's file system, for a container that has it below a folder"
              + " (default: ${DEFAULT-VALUE}).")
  private Path root;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The runtime's own configuration, as the host sees it, if it is not in its usual place:"
              + " daemon.json, config.toml or registries.conf.")
  private @Nullable Path config;

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  boolean dryRun() {
    return dryRun;
  }

  ContainerRuntime runtime() {
    return runtime;
  }

  HostFiles files() {
    return new HostFiles(root, runtime.ledger());
  }

  RuntimeSetup setup(HostFiles files, Function<Boolean, HostPrograms> programs) {
    HostPrograms host = programs.apply(files.ofThisSystem());
    return switch (runtime) {
      case DOCKER -> new DockerSetup(files, host, config(DockerSetup.CONFIG));
      case CONTAINERD -> new ContainerdSetup(files, host, config(ContainerdSetup.CONFIG));
      case CRIO, PODMAN ->
          new RegistriesConfSetup(files, host, config(RegistriesConfSetup.CONFIG), runtime);
    };
  }

  private Path config(Path usual) {
    Path chosen = Optional.ofNullable(config).orElse(usual);
    if (!chosen.isAbsolute()) {
      throw UserError.unusable("--config: write the whole path, not " + chosen);
    }
    return chosen.normalize();
  }

  /** Failures of the file system as words. */
  static <T> T telling(Supplier<T> work) {
    try {
      return work.get();
    } catch (UncheckedIOException e) {
      throw UserError.failed(Causes.text(e) + "; try it as root");
    }
  }
}
