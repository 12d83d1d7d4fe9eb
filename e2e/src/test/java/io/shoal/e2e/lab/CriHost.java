package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A containerd as Kubernetes uses it, in a mount namespace of its own: its configuration is at the
 * usual place, {@code /etc/containerd}, and is not the machine's. Pulls are asked of it over CRI.
 */
public final class CriHost implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String CONFIG = "config.toml";

  private final Workspace workspace;
  private final String name;
  private final Path folder;
  private final Cri cri;
  private Program program;

  private CriHost(Workspace workspace, String name, Path folder) {
    this.workspace = workspace;
    this.name = name;
    this.folder = folder;
    this.cri = new Cri(socket());
  }

  static CriHost start(Workspace workspace, String name) {
    CriHost host = new CriHost(workspace, name, workspace.folder(name));
    try {
      Files.createDirectories(host.folder.resolve("var-lib"));
      Files.createDirectories(host.etc());
      Files.writeString(
          host.etc().resolve(CONFIG),
          """
          version = 2 # this is the host's own configuration
          root = "%1$s/root"
          state = "%1$s/state"
          [grpc]
            address = "%1$s/c.sock"
          [plugins."io.containerd.grpc.v1.cri"]
            stream_server_address = "127.0.0.1"
          """
              .formatted(host.folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    host.launch();
    return host;
  }

  private void launch() {
    String script =
        ("mount --bind '%1$s/etc' /etc/containerd && mount --bind '%1$s/var-lib' /var/lib && exec"
                + " '%2$s' --config /etc/containerd/config.toml")
            .formatted(folder, Prerequisites.program("containerd"));
    program =
        Program.start(
            name,
            workspace.log(name),
            Workspace.loopbackOnly(),
            List.of(Prerequisites.program("unshare").toString(), "--mount", "sh", "-c", script));
    program.awaitReady(LIMIT, () -> cri.answers(LIMIT));
  }

  /** The folder that is its {@code /etc/containerd}. */
  public Path etc() {
    return folder.resolve("etc");
  }

  /** Where it listens. */
  public Path socket() {
    return folder.resolve("c.sock");
  }

  /** The images that pods on it find. */
  public String images() {
    return Commands.run(
        LIMIT,
        Prerequisites.program("ctr").toString(),
        "--address",
        socket().toString(),
        "--namespace",
        "k8s.io",
        "images",
        "ls",
        "--quiet");
  }

  /** Its configuration, as it is now. */
  public String configuration() {
    try {
      return Files.readString(etc().resolve(CONFIG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command of the distribution on this host. */
  public Commands.Result shoal(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Prerequisites.program("nsenter").toString(),
                "--target",
                Long.toString(program.pid()),
                "--mount",
                "--",
                Prerequisites.distribution().toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    return Commands.tryRun(LIMIT, Workspace.loopbackOnly(), command);
  }

  /** Ends containerd and starts it again, as systemd does. */
  public void restart() {
    program.close();
    launch();
  }

  /**
   * Pulls as a kubelet does it.
   *
   * @return what went wrong, empty if nothing did
   */
  public Optional<String> pull(TestImage image) {
    return cri.pull(image.fullName(), LIMIT);
  }

  @Override
  public void close() {
    program.close();
  }
}
