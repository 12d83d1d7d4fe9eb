package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Podman and skopeo of one user, with a home and a store of his own. Both read the same file below
 * his home, and nothing but the loopback interface is within their reach.
 */
public final class ContainerTools {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path folder;
  private final Path mirrors;

  ContainerTools(Path folder) {
    this.folder = folder;
    Path containers = folder.resolve("home/.config/containers");
    this.mirrors = containers.resolve("registries.conf.d/zz-shoal.conf");
    try {
      Files.createDirectories(mirrors.getParent());
      Files.writeString(
          containers.resolve("policy.json"),
          "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an agent the mirror of Docker Hub and the second registry, as docs/clients.md says. */
  public void useMirror(URI agent) {
    String heading = "Podman, and skopeo and Buildah with it";
    try {
      Files.writeString(mirrors, ClientsGuide.examples(heading, agent).getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Undoes that, as docs/clients.md says. */
  public void useNoMirror() {
    try {
      Files.delete(mirrors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code podman} with these arguments. */
  public Commands.Result podman(String... arguments) {
    List<String> command = new ArrayList<>(podmanCommand());
    command.addAll(List.of(arguments));
    return Commands.tryRun(LIMIT, environment(), command);
  }

  private List<String> podmanCommand() {
    return List.of(
        Prerequisites.program("podman").toString(),
        "--root=" + folder.resolve("root"),
        "--runroot=" + folder.resolve("run"),
        "--tmpdir=" + folder.resolve("tmp"),
        "--storage-driver=vfs",
        "--cgroup-manager=cgroupfs");
  }

  /**
   * Runs lines of a shell as the user types them, in a folder where his password lies in the file
   * {@code password}. What he calls podman, skopeo and docker are his own.
   */
  public Commands.Result type(String lines) {
    Path programs = folder.resolve("bin");
    Map<String, String> environment = environment();
    environment.put("PATH", programs + ":" + System.getenv("PATH"));
    environment.put("REGISTRY_AUTH_FILE", folder.resolve("auth.json").toString());
    try {
      Files.createDirectories(programs);
      program(programs.resolve("podman"), podmanCommand());
      Files.writeString(folder.resolve("password"), PushSite.PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String script = "cd '" + folder + "'\n" + lines;
    return Commands.tryRun(LIMIT, environment, List.of("sh", "-ec", script));
  }

  /** What the user calls docker talks to this daemon. */
  public void useDocker(DockerDaemon docker) {
    try {
      program(
          Files.createDirectories(folder.resolve("bin")).resolve("docker"),
          List.of(
              Prerequisites.program("docker").toString(),
              "--config=" + folder.resolve("docker"),
              "--host=" + docker.address()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void program(Path file, List<String> command) throws IOException {
    Files.writeString(file, "#!/bin/sh\nexec " + String.join(" ", command) + " \"$@\"\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Where {@link #type} runs. */
  public Path folder() {
    return folder;
  }

  /** Runs {@code skopeo} with these arguments. */
  public Commands.Result skopeo(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Prerequisites.program("skopeo").toString()));
    command.addAll(List.of(arguments));
    return Commands.tryRun(LIMIT, environment(), command);
  }

  /** What a container of the image prints. */
  public Commands.Result run(String image) {
    return podman(
        "run",
        "--rm",
        "--network=none",
        "--no-healthcheck",
        "--ulimit=nofile=1024:1024",
        "--ulimit=nproc=1024:1024",
        image);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(Workspace.loopbackOnly());
    environment.put("HOME", folder.resolve("home").toString());
    return environment;
  }
}
