package io.shoal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shoal.core.units.ByteRate;
import io.shoal.core.units.ByteSize;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

  enum LogFormat {
    HUMAN,
    JSON
  }

  record Log(@Key(doc = "How lines look.", defaultValue = "human") LogFormat format) {}

  record Store(
      @Key(doc = "Where blobs lie.") Path dir,
      @Key(doc = "Most bytes.") Optional<ByteSize> quota,
      @Key(doc = "Share of the file system.", defaultValue = "0.20") double shareOfDisk,
      @Key(doc = "Unused partials go.", defaultValue = "24h") Duration partialTtl) {
    Store {
      if (shareOfDisk <= 0 || shareOfDisk > 1) {
        throw new IllegalArgumentException("shareOfDisk must be above 0 and at most 1");
      }
    }
  }

  record Registry(
      @Key(doc = "Base URL.") URI url,
      @Key(doc = "Plain HTTP.", defaultValue = "false") boolean insecure) {}

  record Upstreams(
      @Key(doc = "The default.", name = "default", defaultValue = "docker.io") String byDefault,
      @Key(doc = "Hosts.", defaultValue = "docker.io, quay.io") List<String> allow,
      @Key(doc = "Per host.") Map<String, Registry> registries) {}

  record Sample(
      @Key(doc = "Where to listen.", defaultValue = "127.0.0.1:4600") HostPort listen,
      @Key(doc = "Labels.") Map<String, String> labels,
      @Key(doc = "Limit.") Optional<ByteRate> upload,
      @Key(doc = "Count.", defaultValue = "4") int count,
      @Key(doc = "Store.") Store store,
      @Key(doc = "Upstreams.") Upstreams upstreams,
      @Key(doc = "Log.") Log log) {}

  @TempDir private Path dir;

  @Test
  void readsEveryKindOfValue() throws Exception {
    Sample sample =
        load(
            """
            listen: "[::1]:4700"
            labels: {rack: r1, zone: a}
            upload: 60MB/s
            count: 7
            store: {dir: /var/lib/shoal, quota: 64MiB, shareOfDisk: 0.5, partialTtl: 15m}
            upstreams:
              default: quay.io
              allow: [quay.io]
              registries:
                quay.io: {url: "https://mirror.example:5000", insecure: true}
            log: {format: JSON}
            """,
            Map.of());
    assertThat(sample)
        .isEqualTo(
            new Sample(
                new HostPort("::1", 4700),
                Map.of("rack", "r1", "zone", "a"),
                Optional.of(new ByteRate(60_000_000)),
                7,
                new Store(
                    Path.of("/var/lib/shoal"),
                    Optional.of(new ByteSize(64 << 20)),
                    0.5,
                    Duration.ofMinutes(15)),
                new Upstreams(
                    "quay.io",
                    List.of("quay.io"),
                    Map.of(
                        "quay.io", new Registry(URI.create("https://mirror.example:5000"), true))),
                new Log(LogFormat.JSON)));
  }

  @Test
  void fillsInDefaults() throws Exception {
    Sample sample = load("store: {dir: /blobs}", Map.of());
    assertThat(sample.listen()).isEqualTo(new HostPort("127.0.0.1", 4600));
    assertThat(sample.labels()).isEmpty();
    assertThat(sample.upload()).isEmpty();
    assertThat(sample.store().partialTtl()).isEqualTo(Duration.ofHours(24));
    assertThat(sample.upstreams().allow()).containsExactly("docker.io", "quay.io");
    assertThat(sample.log().format()).isEqualTo(LogFormat.HUMAN);
  }

  @Test
  void environmentWinsOverTheFile() throws Exception {
    Sample sample =
        load(
            "store: {dir: /blobs, shareOfDisk: 0.3}",
            Map.of(
                "SHOAL_TEST_STORE_SHARE_OF_DISK", "0.4",
                "SHOAL_TEST_LABELS", "rack=r1, zone=a",
                "SHOAL_TEST_UPSTREAMS_ALLOW", "ghcr.io,quay.io",
                "SHOAL_TEST_UPSTREAMS_REGISTRIES", "{ghcr.io: {url: 'http://here:1'}}",
                "SHOAL_TEST_LOG_FORMAT", "json",
                "PATH", "/bin"));
    assertThat(sample.store().shareOfDisk()).isEqualTo(0.4);
    assertThat(sample.labels()).isEqualTo(Map.of("rack", "r1", "zone", "a"));
    assertThat(sample.upstreams().allow()).containsExactly("ghcr.io", "quay.io");
    assertThat(sample.upstreams().registries()).containsOnlyKeys("ghcr.io");
    assertThat(sample.log().format()).isEqualTo(LogFormat.JSON);
  }

  @Test
  void worksWithoutAFile() throws Exception {
    Sample sample =
        ConfigLoader.load(
            Sample.class, "SHOAL_TEST", Optional.empty(), Map.of("SHOAL_TEST_STORE_DIR", "/b"));
    assertThat(sample.store().dir()).isEqualTo(Path.of("/b"));
  }

  @Test
  void namesTheNearestKeyForAnUnknownOne() {
    assertThat(problems("store: {dir: /b, qouta: 1GB}", Map.of()))
        .containsExactly(file() + ": unknown key 'store.qouta', did you mean 'store.quota'?");
  }

  @Test
  void listsTheKnownKeysWhereNothingIsNear() {
    assertThat(problems("store: {dir: /b}\nlog: {colour: true}", Map.of()))
        .containsExactly(file() + ": unknown key 'log.colour' (known here: log.format)");
  }

  @Test
  void refusesUnknownVariablesButNotThoseKubernetesInjects() {
    Map<String, String> env =
        Map.of(
            "SHOAL_TEST_STORE_QOUTA", "1GB",
            "SHOAL_TEST_SERVICE_HOST", "10.0.0.1",
            "SHOAL_TEST_SERVICE_PORT_PULL", "4600",
            "SHOAL_TEST_PORT", "tcp://10.0.0.1:4600",
            "SHOAL_TEST_PORT_4600_TCP_ADDR", "10.0.0.1");
    assertThat(problems("store: {dir: /b}", env))
        .containsExactly(
            "unknown environment variable 'SHOAL_TEST_STORE_QOUTA',"
                + " did you mean 'SHOAL_TEST_STORE_QUOTA'?");
  }

  @Test
  void listsAllProblemsAtOnceEachWithItsForm() {
    assertThat(
            problems(
                """
                listen: 4600
                count: many
                store: {quota: lots, partialTtl: 5}
                log: {format: xml}
                upstreams: {registries: {quay.io: {url: quay.io}}}
                """,
                Map.of("SHOAL_TEST_UPLOAD", "fast")))
        .containsExactly(
            file() + ": 'listen': '4600' is not valid, write host:port",
            "SHOAL_TEST_UPLOAD: 'upload': 'fast' is not valid, write a rate such as 60MB/s",
            file() + ": 'count': 'many' is not valid, write a whole number",
            file() + ": missing key 'store.dir' (a path): Where blobs lie.",
            file() + ": 'store.quota': 'lots' is not valid, write a size such as 64MiB",
            file() + ": 'store.partialTtl': '5' is not valid, write a duration such as 30s",
            file()
                + ": 'upstreams.registries.quay.io.url': 'quay.io' is not valid,"
                + " write a URL such as https://host:4620",
            file() + ": 'log.format': 'xml' is not valid, write human or json");
  }

  @Test
  void reportsWhatARecordRefusesAtItsPath() {
    assertThat(problems("store: {dir: /b, shareOfDisk: 3}", Map.of()))
        .containsExactly(file() + ": 'store': shareOfDisk must be above 0 and at most 1");
  }

  @Test
  void refusesAFileThatIsNoMapping() {
    assertThat(problems("- a\n- b", Map.of()))
        .containsExactly(file() + ": must consist of keys and values (key: value)");
    assertThat(problems("a: [", Map.of()).getFirst()).contains("not valid YAML", "line");
    assertThat(problems("count: 1\ncount: 2", Map.of()).getFirst()).contains("not valid YAML");
    assertThat(problems("store: 5", Map.of()))
        .containsExactly(file() + ": 'store': must consist of keys and values");
  }

  @Test
  void saysThatTheFileIsMissing() {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigLoader.load(
                    Sample.class, "SHOAL_TEST", Optional.of(dir.resolve("none.yml")), Map.of()));
    assertThat(e).hasMessage(dir.resolve("none.yml") + ": no such file");
  }

  private String file() {
    return dir.resolve("test.yml").toString();
  }

  private Sample load(String yaml, Map<String, String> env) throws ConfigException, IOException {
    Path file = Files.writeString(Path.of(file()), yaml);
    return ConfigLoader.load(Sample.class, "SHOAL_TEST", Optional.of(file), env);
  }

  private List<String> problems(String yaml, Map<String, String> env) {
    return catchThrowableOfType(ConfigException.class, () -> load(yaml, env)).problems();
  }
}
