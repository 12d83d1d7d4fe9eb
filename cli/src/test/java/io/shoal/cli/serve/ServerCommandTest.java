package io.shoal.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.cli.console.UserError;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.HostPort;
import io.shoal.config.Key;
import io.shoal.config.LogConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ServerCommandTest {

  /** Settings of a server that only these tests have. */
  record PondConfig(
      @Key(doc = "Where to listen.", defaultValue = "127.0.0.1:1") HostPort listen,
      @Key(doc = "The cluster file.") Optional<Path> cluster,
      @Key(doc = "The log.") LogConfig log) {}

  private static final ServerKind<PondConfig> POND =
      new ServerKind<>(
          "pond",
          "A pond.",
          "SHOAL_POND",
          PondConfig.class,
          PondConfig::cluster,
          PondConfig::log,
          (config, insecure) -> {
            throw new IOException("the pond is dry", new BindException("address in use"));
          });

  private final StringWriter out = new StringWriter();

  @TempDir Path directory;

  @Test
  void checkSaysOkAndStartsNothing() throws IOException {
    assertThat(run(Map.of(), "--config", config("listen: 0.0.0.0:9"), "--check-config")).isZero();

    assertThat(out).hasToString("ok" + System.lineSeparator());
  }

  @Test
  void checkListsEveryProblem() throws IOException {
    String file = config("listn: 0.0.0.0:9\nlog:\n  format: loud\n");

    assertThatThrownBy(() -> run(Map.of(), "--config", file, "--check-config"))
        .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageContaining("did you mean 'listen'")
        .hasMessageContaining("log.format");
  }

  @Test
  void missingFileIsAProblemOfTheConfiguration() {
    String file = directory.resolve("none.yml").toString();

    assertThatThrownBy(() -> run(Map.of(), "--config", file))
        .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageContaining("none.yml: no such file");
  }

  @Test
  void insecureByNameOnly() throws IOException {
    String open = config("listen: 0.0.0.0:2");
    assertThatThrownBy(() -> start(Map.of(), "--config", open, "--check-config"))
        .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageContaining("--insecure was not given");

    ClusterFolder folder = ClusterFolder.init(directory.resolve("cluster"));
    String secure = config("cluster: " + folder.clusterFile());
    assertThat(start(Map.of(), "--config", secure, "--check-config")).isZero();
    assertThatThrownBy(() -> run(Map.of(), "--config", secure, "--check-config"))
        .hasMessageContaining("leave out --insecure");
  }

  @Test
  void environmentIsReadUnderTheServersPrefix() {
    assertThatThrownBy(() -> run(Map.of("SHOAL_POND_LISTEN", "nowhere"), "--check-config"))
        .hasMessageContaining("SHOAL_POND_LISTEN");
  }

  @Test
  void failureToStartSaysWhy() {
    assertThatThrownBy(() -> run(Map.of()))
        .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitCode()).isEqualTo(1))
        .hasMessageContaining("the pond cannot start: the pond is dry: address in use (is another");
  }

  private String config(String yaml) throws IOException {
    return Files.writeString(directory.resolve("pond.yml"), yaml).toString();
  }

  private int run(Map<String, String> environment, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--insecure");
    return start(environment, all.toArray(String[]::new));
  }

  private int start(Map<String, String> environment, String... args) {
    CommandLine commandLine = new ServerCommand<>(POND, environment).commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    commandLine.setExecutionExceptionHandler((e, c, r) -> {
      failure.set((RuntimeException) e);
      return 1;
    });
    int exitCode = commandLine.execute(args);
    if (failure.get() != null) {
      throw failure.get();
    }
    return exitCode;
  }
}
