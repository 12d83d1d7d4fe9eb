package io.shoal.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every runtime: twice is once, and the first state comes back. */
class RestoreTest {

  private static final String DAEMON_JSON = "/etc/docker/daemon.json";

  @TempDir Path root;
  private HostFixture host;

  @BeforeEach
  void makeHost() {
    host = new HostFixture(root);
  }

  private void prepareAll() {
    host.has(DAEMON_JSON, "{ \"log-driver\" : \"local\" }")
        .has("/etc/containerd/config.toml", "version = 2 # by hand\r\n")
        .has(
            "/etc/containerd/certs.d/quay.io/hosts.toml",
            "[host.\"https://c.example\"]\n# no newline")
        .has("/etc/containers/registries.conf", "[[registry]]\nlocation = \"quay.io\"\n")
        .has("/etc/containers/registries.conf.d/zz-shoal.conf", "# mine\n");
  }

  @ParameterizedTest
  @EnumSource(ContainerRuntime.class)
  void theFirstStateComesBackByteForByteAfterASecondSetup(ContainerRuntime runtime)
      throws IOException {
    prepareAll();
    Files.setPosixFilePermissions(
        host.on(DAEMON_JSON), PosixFilePermissions.fromString("rw-r-----"));
    Map<String, String> before = host.files();

    assertThat(host.setup(runtime)).as(host.said()).isZero();
    assertThat(host.setup(runtime, "--mirror", "http://127.0.0.1:9999")).as(host.said()).isZero();
    assertThat(host.restore(runtime)).as(host.said()).isZero();

    assertThat(host.files()).isEqualTo(before);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host.on(DAEMON_JSON))))
        .isEqualTo("rw-r-----");
  }

  @ParameterizedTest
  @EnumSource(ContainerRuntime.class)
  void whatWasNotThereIsGoneAgainWithItsFolders(ContainerRuntime runtime) {
    host.setup(runtime);
    host.restore(runtime);

    assertThat(host.on("/etc")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(ContainerRuntime.class)
  void theSecondTimeChangesNothing(ContainerRuntime runtime) {
    prepareAll();
    host.setup(runtime);
    Map<String, String> once = host.files();

    assertThat(host.setup(runtime)).isZero();

    assertThat(host.files()).isEqualTo(once);
    assertThat(host.said()).contains("set up already");
  }

  @ParameterizedTest
  @EnumSource(ContainerRuntime.class)
  void aDryRunWritesNothing(ContainerRuntime runtime) {
    prepareAll();
    Map<String, String> before = host.files();

    assertThat(host.setup(runtime, "--dry-run")).isZero();

    assertThat(host.files()).isEqualTo(before);
    assertThat(host.said()).contains("would write", "127.0.0.1:4600");
  }

  @ParameterizedTest
  @EnumSource(ContainerRuntime.class)
  void anotherMirrorReplacesTheFormerOne(ContainerRuntime runtime) {
    prepareAll();
    host.setup(runtime);
    host.setup(runtime, "--mirror", "http://127.0.0.1:9999");

    assertThat(host.files().values().toString())
        .contains("127.0.0.1:9999")
        .doesNotContain("127.0.0.1:4600");
  }

  @Test
  void aFileThatOthersHaveChangedIsLeftAndNamed() {
    prepareAll();
    host.setup(ContainerRuntime.DOCKER);
    host.has(DAEMON_JSON, "{\"by\":\"others\"}");

    assertThat(host.restore(ContainerRuntime.DOCKER)).isEqualTo(1);

    assertThat(host.files()).containsEntry(DAEMON_JSON, "{\"by\":\"others\"}");
    assertThat(host.said()).contains(DAEMON_JSON + ": left as it is", "node-setup/docker/");
  }

  @Test
  void aChangeByOthersBetweenTwoSetupsIsNotLost() {
    prepareAll();
    host.setup(ContainerRuntime.DOCKER);
    host.has(DAEMON_JSON, "{\"by\":\"others\"}");
    host.setup(ContainerRuntime.DOCKER);
    String both = host.files().get(DAEMON_JSON);

    assertThat(host.restore(ContainerRuntime.DOCKER)).isEqualTo(1);

    assertThat(both).contains("others", "127.0.0.1:4600");
    assertThat(host.files()).containsEntry(DAEMON_JSON, both);
  }

  @Test
  void aFileThatTheSecondSetupDoesNotNameGoesBack() {
    host.setup(ContainerRuntime.CONTAINERD);
    host.setup(ContainerRuntime.CONTAINERD, "--registry", "quay.io");

    assertThat(host.files())
        .containsKey("/etc/containerd/certs.d/quay.io/hosts.toml")
        .doesNotContainKey("/etc/containerd/certs.d/_default/hosts.toml");
  }

  @Test
  void aFileBehindALinkIsChangedAndTheLinkStays() throws IOException {
    host.has("/opt/daemon.json", "{}");
    Files.createDirectories(host.on("/etc/docker"));
    Files.createSymbolicLink(host.on(DAEMON_JSON), Path.of("/opt/daemon.json"));

    host.setup(ContainerRuntime.DOCKER);

    assertThat(host.on(DAEMON_JSON)).isSymbolicLink();
    assertThat(host.files().get("/opt/daemon.json")).contains("127.0.0.1:4600");
  }

  @Test
  void nothingToRestoreIsNoFailure() {
    assertThat(host.restore(ContainerRuntime.DOCKER)).isZero();

    assertThat(host.said()).contains("nothing to restore");
  }
}
