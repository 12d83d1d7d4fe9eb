package io.shoal.cli.node;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How a host's container runtimes are set up, for those who only look. */
public final class RuntimeState {

  private static final Map<ContainerRuntime, String> FOLDERS =
      Map.of(
          ContainerRuntime.DOCKER, "etc/docker",
          ContainerRuntime.CONTAINERD, "etc/containerd",
          ContainerRuntime.CRIO, "etc/crio",
          ContainerRuntime.PODMAN, "etc/containers");

  private RuntimeState() {}

  /** The runtimes that this host has configuration of, as {@code --runtime} takes them. */
  public static List<String> found(Path root) {
    return Stream.of(ContainerRuntime.values())
        .filter(runtime -> Files.isDirectory(root.resolve(FOLDERS.getOrDefault(runtime, ""))))
        .map(ContainerRuntime::toString)
        .toList();
  }

  /**
   * What keeps this runtime from asking the mirror first; empty if nothing does.
   *
   * @param runtime as {@code --runtime} takes it
   * @throws io.shoal.cli.console.UserError if its files cannot be understood
   */
  public static List<String> problems(String runtime, Path root, URI mirror) {
    ContainerRuntime known =
        Stream.of(ContainerRuntime.values())
            .filter(one -> one.toString().equals(runtime))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("not a runtime: " + runtime));
    HostFiles files = new HostFiles(root, known.ledger());
    RuntimeSetup setup = HostOptions.setup(known, files, SystemPrograms::new, Optional.empty());
    List<String> problems = new ArrayList<>();
    for (Plan.Change change : files.pending(setup.plan(Mirror.at(mirror), List.of()))) {
      problems.add(change.path() + " does not name " + mirror);
    }
    return problems;
  }
}
