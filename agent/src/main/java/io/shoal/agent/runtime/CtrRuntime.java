package io.shoal.agent.runtime;

import io.shoal.config.HostPort;
import io.shoal.core.reference.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * containerd's images in a namespace that is not Kubernetes': pulled by the host's own {@code ctr},
 * because the daemon of 1.6 has no service that pulls. ctr is shown a folder of hosts that names
 * this agent for every registry, so containerd's configuration does not matter.
 *
 * @see <a href="https://github.com/containerd/containerd/blob/v1.6.20/docs/hosts.md">hosts.toml</a>
 */
final class CtrRuntime implements NodeRuntime {

  private static final String PROGRAM = "ctr";
  private static final long LOOK_MILLIS = 200;
  private static final int MAX_OUTPUT_BYTES = 64 << 10;

  private final Path socket;
  private final String namespace;
  private final HostPort endpoint;

  CtrRuntime(Path socket, String namespace, HostPort endpoint) {
    this.socket = socket;
    this.namespace = namespace;
    this.endpoint = endpoint;
  }

  @Override
  public void check(ImageReference image, Optional<String> platform) {
    // It takes any name and any platform.
  }

  @Override
  public void pull(RuntimePull pull) throws NodeRuntimeException, InterruptedException {
    if (pull.login().isPresent()) {
      throw new NodeRuntimeException(
          "ctr takes a password on its command line only, where everybody on the node can read it:"
              + " private images can be handed over in the namespace "
              + CriRuntime.NAMESPACE);
    }
    try {
      Path hosts = Files.createTempDirectory("shoal-hosts");
      Path output = hosts.resolve("output");
      try {
        Path all = Files.createDirectory(hosts.resolve("_default"));
        Files.writeString(
            all.resolve("hosts.toml"),
            """
            [host."http://%s"]
              capabilities = ["pull", "resolve"]
            """
                .formatted(endpoint));
        run(command(pull, hosts), output, pull);
      } finally {
        delete(hosts);
      }
    } catch (IOException e) {
      throw new NodeRuntimeException("ctr cannot be run: " + e.getMessage(), e);
    }
  }

  private List<String> command(RuntimePull pull, Path hosts) {
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM,
                "--address",
                socket.toString(),
                "--namespace",
                namespace,
                "images",
                "pull",
                "--hosts-dir",
                hosts.toString()));
    pull.platform().ifPresent(platform -> command.addAll(List.of("--platform", platform)));
    command.add(pull.image().toString());
    return command;
  }

  private static void run(List<String> command, Path output, RuntimePull pull)
      throws IOException, InterruptedException, NodeRuntimeException {
    Process ctr =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try {
      while (!ctr.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (pull.stopped().getAsBoolean()) {
          throw new NodeRuntimeException("stopped");
        }
      }
    } finally {
      ctr.destroy();
    }
    if (ctr.exitValue() != 0) {
      throw new NodeRuntimeException(lastLine(output));
    }
  }

  /** Its progress comes first, its complaint last. */
  private static String lastLine(Path output) throws IOException {
    long from = Math.max(0, Files.size(output) - MAX_OUTPUT_BYTES);
    try (InputStream in = Files.newInputStream(output)) {
      in.skipNBytes(from);
      String text = new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("ctr failed");
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }
}
