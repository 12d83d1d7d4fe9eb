package io.shoal.cli.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.cli.console.UserError;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.ConfigLoader;
import io.shoal.tracker.TrackerConfig;
import io.shoal.tracker.TrackerServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HealthCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path directory;

  @Test
  void aServerThatTakesRequestsIsHealthy() throws Exception {
    ClusterFolder cluster = ClusterFolder.init(directory);
    try (TrackerServer tracker = TrackerServer.start(config(cluster), false)) {
      String url = "https://127.0.0.1:" + tracker.port();

      assertThat(run(url, "--cluster", cluster.clusterFile().toString())).as("%s", err).isZero();
    }
    assertThat(out.toString().strip()).isEqualTo("ok");
  }

  @Test
  void aServerOfAnotherClusterIsNotBelieved() throws Exception {
    ClusterFolder cluster = ClusterFolder.init(directory.resolve("one"));
    ClusterFolder other = ClusterFolder.init(directory.resolve("other"));
    try (TrackerServer tracker = TrackerServer.start(config(cluster), false)) {
      String url = "https://127.0.0.1:" + tracker.port();

      assertThat(run(url, "--cluster", other.clusterFile().toString())).isEqualTo(1);
    }
  }

  @Test
  void nobodyThereIsNotHealthy() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }

    assertThat(run("http://127.0.0.1:" + free)).isEqualTo(1);

    assertThat(err.toString()).contains("gives no answer");
  }

  @Test
  void whatCannotBeAskedIsAnErrorOfTheCommandLine() {
    assertThat(run("https://127.0.0.1:4620")).isEqualTo(2);
    assertThat(run("ftp://127.0.0.1")).isEqualTo(2);

    assertThat(err.toString()).contains("--cluster FILE", "not a URL of a server");
  }

  private static TrackerConfig config(ClusterFolder cluster) throws Exception {
    return ConfigLoader.load(
        TrackerConfig.class,
        TrackerConfig.ENV_PREFIX,
        Optional.empty(),
        Map.of(
            "SHOAL_TRACKER_LISTEN", "127.0.0.1:0",
            "SHOAL_TRACKER_CLUSTER", cluster.clusterFile().toString(),
            "SHOAL_TRACKER_SERVER_KEY", cluster.serverKey().toString()));
  }

  private int run(String... arguments) {
    CommandLine commandLine = new CommandLine(new HealthCommand());
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    commandLine.setExecutionExceptionHandler((e, line, parsed) -> {
      line.getErr().println(e.getMessage());
      return e instanceof UserError known ? known.exitCode() : -1;
    });
    return commandLine.execute(arguments);
  }
}
