package io.shoal.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.config.HostPort;
import io.shoal.core.reference.ImageReference;
import io.shoal.oci.upstream.UpstreamsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeRuntimesTest {

  @TempDir private Path dir;
  private Optional<Path> bridge = Optional.empty();

  private NodeRuntimes runtimes(String namespace, PrewarmRuntime... allowed) {
    return new NodeRuntimes(
        new RuntimeAccess(
            List.of(allowed),
            dir.resolve("docker.sock"),
            dir.resolve("containerd.sock"),
            namespace,
            Optional.empty(),
            bridge),
        new HostPort("0.0.0.0", 0),
        4600,
        UpstreamsConfig.defaults().names());
  }

  @Test
  void opensWhatIsAllowedAndThere() throws Exception {
    Files.createFile(dir.resolve("containerd.sock"));
    assertThat(runtimes("k8s.io", PrewarmRuntime.CONTAINERD).open(PrewarmRuntime.CONTAINERD))
        .isInstanceOf(CriRuntime.class);
    assertThat(runtimes("default", PrewarmRuntime.CONTAINERD).open(PrewarmRuntime.CONTAINERD))
        .isInstanceOf(CtrRuntime.class);
    assertThatThrownBy(() -> runtimes("k8s.io").open(PrewarmRuntime.CONTAINERD))
        .hasMessageContaining("prewarm.runtimeAccess.allow");
    assertThatThrownBy(() -> runtimes("k8s.io", PrewarmRuntime.DOCKER).open(PrewarmRuntime.DOCKER))
        .hasMessageContaining("docker.sock is missing");
  }

  @Test
  void saysWhichNamesDockerCannotHave() throws Exception {
    Files.createFile(dir.resolve("docker.sock"));
    NodeRuntime docker = runtimes("k8s.io", PrewarmRuntime.DOCKER).open(PrewarmRuntime.DOCKER);
    docker.check(ImageReference.parse("busybox"), Optional.empty());
    docker.check(ImageReference.parse("quay.io/org/app:1"), Optional.of("linux/arm64"));
    String digest = "sha256:" + "0".repeat(64);
    assertThatThrownBy(
            () -> docker.check(ImageReference.parse("busybox@" + digest), Optional.empty()))
        .hasMessageContaining("docker.io/library/busybox:TAG@" + digest);
    assertThatThrownBy(
            () -> docker.check(ImageReference.parse("localhost:5000/app:1"), Optional.empty()))
        .hasMessageContaining("upstreams.default");
  }

  @Test
  void withABridgeItTouchesNoRuntime() throws Exception {
    bridge = Optional.of(dir.resolve("bridge.sock"));
    NodeRuntimes bridged = runtimes("k8s.io", PrewarmRuntime.CONTAINERD);
    assertThatThrownBy(() -> bridged.open(PrewarmRuntime.CONTAINERD))
        .hasMessageContaining("shoal runtime-access")
        .hasMessageContaining("bridge.sock is missing");
    Files.createFile(dir.resolve("bridge.sock"));
    assertThat(bridged.open(PrewarmRuntime.CONTAINERD)).isInstanceOf(BridgedRuntime.class);
    assertThatThrownBy(() -> bridged.open(PrewarmRuntime.DOCKER))
        .hasMessageContaining("prewarm.runtimeAccess.enabled");
  }

  @Test
  void anEmptyOrOddNamespaceIsRefused() {
    assertThatThrownBy(() -> runtimes("")).hasMessageContaining("not a namespace");
    assertThatThrownBy(() -> runtimes("a b")).hasMessageContaining("not a namespace");
  }
}
