package io.shoal.cli.dev.cluster;

import io.shoal.client.cluster.ClusterFolder;
import io.shoal.core.units.ByteRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes the configuration of each process, as an operator would write it: these files are worth a
 * look. Every port is 0, any free one, so that several clusters run side by side.
 */
final class ConfigFiles {

  private final Path directory;
  private final Path stores;
  private final ClusterFolder cluster;
  private final UpstreamImage upstream;

  /**
   * @param directory where the files go
   * @param stores where each process keeps its blobs, in a folder of its name
   */
  ConfigFiles(Path directory, Path stores, ClusterFolder cluster, UpstreamImage upstream) {
    this.directory = directory;
    this.stores = stores;
    this.cluster = cluster;
    this.upstream = upstream;
  }

  Path tracker() throws IOException {
    return write(
        "tracker",
        """
        listen: 127.0.0.1:0
        cluster: %s
        serverKey: %s
        store:
          dir: %s
        """
            .formatted(
                quoted(cluster.clusterFile()),
                quoted(cluster.serverKey()),
                quoted(stores.resolve("tracker"))));
  }

  Path origin(int trackerPort, Optional<ByteRate> upstreamRate, Optional<ByteRate> uploadRate)
      throws IOException {
    return write(
        "origin",
        """
        listen: 127.0.0.1:0
        peer:
          listen: 127.0.0.1:0
          advertise: 127.0.0.1
        tracker: https://127.0.0.1:%d
        cluster: %s
        serverKey: %s
        signingKey: %s
        """
                .formatted(
                    trackerPort,
                    quoted(cluster.clusterFile()),
                    quoted(cluster.serverKey()),
                    quoted(cluster.signingKey()))
            + store("origin")
            + rates(rate("upstream", upstreamRate) + rate("upload", uploadRate))
            + upstreams());
  }

  Path agent(
      String name, Optional<String> zone, int trackerPort, int originPort, Optional<ByteRate> rate)
      throws IOException {
    return write(
        name,
        """
        listen: 127.0.0.1:0
        peer:
          listen: 127.0.0.1:0
          advertise: 127.0.0.1
        node:
          name: %s
          labels: {%s}
        tracker: https://127.0.0.1:%d
        origins:
          - https://127.0.0.1:%d
        cluster: %s
        shutdown:
          grace: 1s
        """
                .formatted(
                    name,
                    zone.map(z -> "zone: " + quoted(z)).orElse(""),
                    trackerPort,
                    originPort,
                    quoted(cluster.clusterFile()))
            + store(name)
            + rates(rate("upload", rate) + rate("download", rate))
            + upstreams());
  }

  /** All of the disk is theirs: the space was looked at before, and they are gone soon. */
  private String store(String name) {
    return """
    store:
      dir: %s
      shareOfDisk: 0.95
      keepFree: 0.01
    """
        .formatted(quoted(stores.resolve(name)));
  }

  private static String rates(String lines) {
    return lines.isEmpty() ? "" : "rates:\n" + lines;
  }

  private static String rate(String key, Optional<ByteRate> rate) {
    return rate.map(r -> "  %s: %s\n".formatted(key, text(r))).orElse("");
  }

  private String upstreams() {
    String name = quoted(upstream.registry());
    return """
    upstreams:
      default: %s
      allow: [%s]
      registries:
        %s:
          url: %s
    """
        .formatted(name, name, name, quoted(upstream.url()));
  }

  private Path write(String name, String yaml) throws IOException {
    return Files.writeString(directory.resolve(name + ".yml"), yaml);
  }

  /** In whole bytes: the form for people is rounded. */
  private static String text(ByteRate rate) {
    return rate.bytesPerSecond() + "B/s";
  }

  private static String quoted(Object value) {
    return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
