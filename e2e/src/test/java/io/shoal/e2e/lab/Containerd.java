package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real containerd whose hosts.toml sends the pulls for docker.io to one mirror. */
public final class Containerd implements AutoCloseable {

  private final Program program;
  private final Path socket;
  private final Path hosts;

  private Containerd(Program program, Path socket, Path hosts) {
    this.program = program;
    this.socket = socket;
    this.hosts = hosts;
  }

  static Containerd start(Workspace workspace, String name, URI mirror) {
    Path folder = workspace.folder(name);
    Path socket = folder.resolve("containerd.sock");
    Path hosts = folder.resolve("certs.d");
    try {
      Files.writeString(
          folder.resolve("config.toml"),
          """
          version = 2
          root = "%1$s/root"
          state = "%1$s/state"
          disabled_plugins = ["io.containerd.grpc.v1.cri"]
          [grpc]
            address = "%2$s"
          """
              .formatted(folder, socket));
      Path dockerHub = Files.createDirectories(hosts.resolve("docker.io"));
      Files.writeString(
          dockerHub.resolve("hosts.toml"),
          """
          server = "http://127.0.0.1:9"
          [host."%s"]
            capabilities = ["pull", "resolve"]
          """
              .formatted(mirror));
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
    Containerd containerd = new Containerd(program, socket, hosts);
    program.awaitReady(
        Duration.ofSeconds(30),
        () -> containerd.tryCtr(Duration.ofSeconds(5), "version").status() == 0);
    return containerd;
  }

  /** Pulls an image by its full name. */
  public Duration pull(TestImage image, Duration limit) {
    long began = System.nanoTime();
    ctr(limit, "images", "pull", "--hosts-dir", hosts.toString(), image.fullName());
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Runs the image's own command and returns what it printed. */
  public String run(TestImage image) {
    return ctr(Duration.ofSeconds(30), "run", "--rm", "--net-host", image.fullName(), "greeter");
  }

  private String ctr(Duration limit, String... arguments) {
    Commands.Result result = tryCtr(limit, arguments);
    if (result.status() != 0) {
      throw new AssertionError("ctr " + String.join(" ", arguments) + ": " + result.errors());
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
