package io.shoal.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerdSetupTest {

  private static final String CONFIG = "/etc/containerd/config.toml";
  private static final String DEFAULT = "/etc/containerd/certs.d/_default/hosts.toml";
  private static final String DEBIAN =
      """
      version = 2

      # Where Debian keeps network plugins.
      [plugins]
        [plugins."io.containerd.grpc.v1.cri"]
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
      """;

  @TempDir Path root;
  private HostFixture host;

  @BeforeEach
  void makeHost() {
    host = new HostFixture(root);
  }

  @Test
  void namesTheFolderAndSaysThatOneRestartIsNeeded() throws IOException {
    host.has(CONFIG, DEBIAN);

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).as(host.said()).isZero();

    assertThat(host.files().get(CONFIG)).startsWith(DEBIAN).contains("# Where Debian keeps");
    assertThat(configPath(2)).isEqualTo("/etc/containerd/certs.d");
    assertThat(host.files().get(DEFAULT))
        .contains("[host.\"http://127.0.0.1:4600\"]", "\"pull\", \"resolve\"");
    assertThat(host.said()).contains("has to be restarted once", "--restart-runtime");
    assertThat(host.programs.restarted).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1,cri", "2,io.containerd.grpc.v1.cri", "3,io.containerd.cri.v1.images"})
  void knowsEveryVersionOfTheFile(int version, String plugin) throws IOException {
    host.has(
        CONFIG,
        "version = "
            + version
            + "\n[plugins.\""
            + plugin
            + "\".registry]\n  config_path = ''\n\n[metrics]\n  address = 'x'\n");

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).as(host.said()).isZero();

    assertThat(configPath(version)).isEqualTo("/etc/containerd/certs.d");
    assertThat(host.files().get(CONFIG)).contains("[metrics]");
  }

  @Test
  void leavesAConfigurationThatNamesAFolderAndUsesThatFolder() {
    host.has(
        CONFIG,
        "version = 2\n[plugins.'io.containerd.grpc.v1.cri'.registry]\nconfig_path='/opt/r'\n");
    Map<String, String> before = host.files();

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).isZero();

    assertThat(host.files())
        .containsEntry(CONFIG, before.get(CONFIG))
        .containsKey("/opt/r/_default/hosts.toml");
    assertThat(host.said()).doesNotContain("restart");
  }

  @Test
  void believesContainerdMoreThanTheFile() {
    host.has(CONFIG, "version = 2\n");
    host.programs.containerdSays =
        Optional.of(
            "version = 2\n"
                + "[plugins.\"io.containerd.grpc.v1.cri\".registry]\n"
                + "config_path = \"/drop/in\"\n");

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).isZero();

    assertThat(host.files())
        .containsEntry(CONFIG, "version = 2\n")
        .containsKey("/drop/in/_default/hosts.toml");
  }

  @Test
  void findsTheFolderInAnImportedFile() {
    host.has(CONFIG, "version = 2\nimports = [\"conf.d/*.toml\"]\n")
        .has(
            "/etc/containerd/conf.d/r.toml",
            "[plugins.\"io.containerd.grpc.v1.cri\".registry]\nconfig_path = \"/imported\"\n");

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).isZero();

    assertThat(host.files()).containsKey("/imported/_default/hosts.toml");
  }

  @Test
  void putsTheMirrorBeforeTheHostsOfARegistryThatHasItsOwn() throws IOException {
    String quay = "/etc/containerd/certs.d/quay.io/hosts.toml";
    host.has(CONFIG, DEBIAN)
        .has(
            quay,
            "server = \"https://quay.io\" # ours\n\n"
                + "[host.\"https://cache.example\"]\n"
                + "  capabilities = [\"pull\"]\n");

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).as(host.said()).isZero();

    String text = host.files().get(quay);
    assertThat(text)
        .startsWith("server = \"https://quay.io\" # ours\n")
        .contains("[host.\"https://cache.example\"]\n  capabilities = [\"pull\"]\n");
    assertThat(text.indexOf("127.0.0.1:4600")).isLessThan(text.indexOf("cache.example"));
  }

  @Test
  void namesRegistriesWhoseFolderHoldsCertificatesOnly() {
    host.has(CONFIG, DEBIAN).has("/etc/containerd/certs.d/own.example/ca.crt", "x");

    host.setup(ContainerRuntime.CONTAINERD);

    assertThat(host.said()).contains("own.example has no hosts.toml", "--registry own.example");
  }

  @Test
  void writesOnlyTheRegistriesThatAreNamed() {
    host.has(CONFIG, DEBIAN);

    assertThat(host.setup(ContainerRuntime.CONTAINERD, "--registry", "docker.io")).isZero();

    assertThat(host.files()).doesNotContainKey(DEFAULT);
    assertThat(host.files().get("/etc/containerd/certs.d/docker.io/hosts.toml"))
        .contains("server = \"https://registry-1.docker.io\"");
  }

  @Test
  void refusesBesideMirrorsOfTheOldKind() {
    String old =
        "version = 2\n"
            + "[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"docker.io\"]\n"
            + "endpoint = [\"https://m.example\"]\n";
    host.has(CONFIG, old);

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).isEqualTo(1);

    assertThat(host.said()).contains("registry.mirrors", "hosts.toml");
    assertThat(host.files()).containsOnly(Map.entry(CONFIG, old));
  }

  @Test
  void refusesAFileThatIsNotToml() {
    host.has(CONFIG, "version = = 2\n");

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).isEqualTo(1);

    assertThat(host.said()).contains(CONFIG, "nothing was changed");
    assertThat(host.files()).hasSize(1);
  }

  @Test
  void refusesAFileItCannotAddToWithoutChangingSomethingElse() {
    String inline =
        "version = 2\nplugins = {\"io.containerd.grpc.v1.cri\" = {sandbox_image = \"x\"}}\n";
    host.has(CONFIG, inline);

    assertThat(host.setup(ContainerRuntime.CONTAINERD)).isEqualTo(1);

    assertThat(host.said()).contains("set config_path to \"/etc/containerd/certs.d\"");
    assertThat(host.files()).containsOnly(Map.entry(CONFIG, inline));
  }

  @Test
  void restartsOnceAndOnlyIfToldTo() {
    host.has(CONFIG, DEBIAN);
    host.programs.runs(7, Instant.EPOCH, "/usr/bin/containerd");

    host.setup(ContainerRuntime.CONTAINERD, "--restart-runtime");
    host.programs.running.clear();
    host.programs.runs(8, Instant.now().plusSeconds(60), "/usr/bin/containerd");
    host.setup(ContainerRuntime.CONTAINERD, "--restart-runtime");

    assertThat(host.programs.restarted).containsExactly("containerd");
    assertThat(host.said()).contains("set up already").doesNotContain("restart");
  }

  private String configPath(int version) throws IOException {
    String plugin =
        switch (version) {
          case 1 -> "cri";
          case 2 -> "io.containerd.grpc.v1.cri";
          default -> "io.containerd.cri.v1.images";
        };
    return new TomlMapper()
        .readTree(host.on(CONFIG).toFile())
        .path("plugins")
        .path(plugin)
        .path("registry")
        .path("config_path")
        .asText();
  }
}
