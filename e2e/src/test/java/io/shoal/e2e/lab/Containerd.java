package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A real containerd whose hosts files send the pulls of all registries to one mirror, as
 * docs/clients.md says: {@code _default} does it for all, and the second registry has its own file.
 */
public final class Containerd implements AutoCloseable {

  private final Program program;
  private final Path socket;
  private final Path hosts;
  private final URI mirror;

  private Containerd(Program program, Path socket, Path hosts, URI mirror) {
    this.program = program;
    this.socket = socket;
    this.hosts = hosts;
    this.mirror = mirror;
  }

  /** Where the one of this name listens. */
  static Path socket(Workspace workspace, String name) {
    return workspace.folder(name).resolve("containerd.sock");
  }

  static Containerd start(Workspace workspace, String name, URI mirror) {
    Path folder = workspace.folder(name);
    Path socket = socket(workspace, name);
    Path hosts = folder.resolve("certs.d");
    List<String> guide = ClientsGuide.examples("containerd (and Kubernetes on it)", mirror);
    try {
      Files.writeString(
          folder.resolve("config.toml"),
          """
          version = 2
          root = "%1$s/root"
          state = "%1$s/state"
          [grpc]
            address = "%2$s"
          %3$s\
          """
              .formatted(
                  folder,
                  socket,
                  guide.get(0).replace("/etc/containerd/certs.d", hosts.toString())));
      writeHosts(hosts.resolve("_default"), guide.get(2));
      writeHosts(hosts.resolve(Upstreams.SECOND), guide.get(3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Program program =
        Program.start(
            name,
            workspace.log(name),
            Workspace.loopbackOnly(),
            List.of(
                Prerequisites.program("containerd").toString(),
                "--config",
                folder.resolve("config.toml").toString()));
    Containerd containerd = new Containerd(program, socket, hosts, mirror);
    program.awaitReady(
        Duration.ofSeconds(30),
        () -> containerd.tryCtr(Duration.ofSeconds(5), "version").status() == 0);
    return containerd;
  }

  private static void writeHosts(Path registry, String content) throws IOException {
    Files.writeString(Files.createDirectories(registry).resolve("hosts.toml"), content);
  }

  /** Removes the mirror of all registries that have no file of their own. */
  public void useNoDefaultMirror() {
    try {
      Files.delete(hosts.resolve("_default/hosts.toml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives docker.io the file that Docker's containerd store reads for it. */
  public void useTheFileOfDockersStore() {
    String example = ClientsGuide.examples("Docker, containerd store", mirror).getFirst();
    try {
      writeHosts(hosts.resolve("docker.io"), example);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pulls an image by its full name. */
  public Duration pull(TestImage image, Duration limit) {
    long began = System.nanoTime();
    pull(image.fullName(), limit);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Pulls what must be there. */
  public void pull(String image, Duration limit) {
    succeeded(tryPull(image, limit));
  }

  /** Pulls, and returns how that went. */
  public Commands.Result tryPull(String image, Duration limit) {
    return tryCtr(limit, "images", "pull", "--hosts-dir", hosts.toString(), image);
  }

  /**
   * Pulls as a kubelet does it.
   *
   * @return what went wrong, empty if nothing did
   */
  public Optional<String> pullByCri(String image, Duration limit) {
    return new Cri(socket).pull(image, limit);
  }

  /** The same with a login, {@code NAME:PASSWORD}. */
  public Commands.Result tryPullAs(String login, String image, Duration limit) {
    return tryCtr(limit, "images", "pull", "--hosts-dir", hosts.toString(), "--user", login, image);
  }

  /** Runs the image's own command and returns what it printed. */
  public String run(TestImage image) {
    return ctr(Duration.ofSeconds(30), "run", "--rm", "--net-host", image.fullName(), "greeter");
  }

  /** The same with an image that Kubernetes would use. */
  public String runAsPod(TestImage image) {
    return ctr(
        Duration.ofSeconds(30),
        "--namespace",
        "k8s.io",
        "run",
        "--rm",
        "--net-host",
        image.fullName(),
        "greeter");
  }

  private String ctr(Duration limit, String... arguments) {
    return succeeded(tryCtr(limit, arguments));
  }

  private static String succeeded(Commands.Result result) {
    if (result.status() != 0) {
      throw new AssertionError("ctr: " + result.errors());
    }
    return result.output();
  }

  private Commands.Result tryCtr(Duration limit, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(Prerequisites.program("ctr").toString(), "--address", socket.toString()));
    command.addAll(List.of(arguments));
    return Commands.tryRun(limit, Workspace.loopbackOnly(), command);
  }

  @Override
  public void close() {
    program.close();
  }
}
