package io.shoal.cli.dev.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.agent.AgentConfig;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.ConfigLoader;
import io.shoal.core.units.ByteRate;
import io.shoal.origin.OriginConfig;
import io.shoal.tracker.TrackerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

class ConfigFilesTest {

  /** A name that YAML would take apart if it were not quoted. */
  @TempDir(factory = OddNames.class)
  Path directory;

  private ClusterFolder cluster;
  private ConfigFiles files;

  @BeforeEach
  void prepare() throws Exception {
    cluster = ClusterFolder.init(directory.resolve("cluster"));
    files =
        new ConfigFiles(
            Files.createDirectory(directory.resolve("config")),
            directory.resolve("stores"),
            cluster,
            UpstreamImage.of(URI.create("http://127.0.0.1:5000"), "app:v1"));
  }

  @Test
  void trackerReadsItsFile() throws Exception {
    TrackerConfig config = load(TrackerConfig.class, TrackerConfig.ENV_PREFIX, files.tracker());

    assertThat(config.cluster()).hasValue(cluster.clusterFile());
    assertThat(config.listen()).hasToString("127.0.0.1:0");
  }

  @Test
  void originReadsItsFileWithAndWithoutALimit() throws Exception {
    Path limited = files.origin(4620, Optional.of(new ByteRate(30_000_001)), Optional.empty());
    OriginConfig config = load(OriginConfig.class, OriginConfig.ENV_PREFIX, limited);
    assertThat(config.rates().upstream()).hasValue(new ByteRate(30_000_001));
    assertThat(config.tracker()).hasValue(URI.create("https://127.0.0.1:4620"));
    assertThat(config.store().dir()).isEqualTo(directory.resolve("stores/origin"));
    assertThat(config.upstreams().fallback()).isEqualTo("127.0.0.1:5000");

    Path free = files.origin(4620, Optional.empty(), Optional.empty());
    assertThat(load(OriginConfig.class, OriginConfig.ENV_PREFIX, free).rates().upstream())
        .isEmpty();
  }

  @Test
  void agentReadsItsFileWithAndWithoutALimit() throws Exception {
    ByteRate rate = new ByteRate(60_000_000);
    Path limited = files.agent("agent-7", Optional.of("b"), 4620, 4630, Optional.of(rate));
    AgentConfig config = load(AgentConfig.class, AgentConfig.ENV_PREFIX, limited);
    assertThat(config.node().name()).hasValue("agent-7");
    assertThat(config.node().labels()).containsExactly(Map.entry("zone", "b"));
    assertThat(config.origins()).containsExactly(URI.create("https://127.0.0.1:4630"));
    assertThat(config.rates().upload()).hasValue(rate);
    assertThat(config.rates().download()).hasValue(rate);
    assertThat(config.upstreams().names().allows("127.0.0.1:5000")).isTrue();

    Path free = files.agent("agent-7", Optional.empty(), 4620, 4630, Optional.empty());
    AgentConfig unlimited = load(AgentConfig.class, AgentConfig.ENV_PREFIX, free);
    assertThat(unlimited.rates().upload()).isEmpty();
    assertThat(unlimited.node().labels()).isEmpty();
  }

  private static <T extends Record> T load(Class<T> type, String prefix, Path file)
      throws Exception {
    return ConfigLoader.load(type, prefix, Optional.of(file), Map.of());
  }

  static final class OddNames implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory("shoal: \"dev\" #");
    }
  }
}
