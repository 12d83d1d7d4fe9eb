package io.shoal.agent.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.config.HostPort;
import io.shoal.core.reference.ImageReference;
import io.shoal.oci.upstream.UpstreamsConfig;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both sides of the bridge, on a unix socket, in front of what speaks as containerd does. */
@Timeout(60)
class RuntimeBridgeTest {

  private static final ImageReference IMAGE = ImageReference.parse("quay.io/org/app:1");

  @TempDir private Path dir;
  private FakeCri containerd;
  private RuntimeBridge bridge;
  private NodeRuntime runtime;

  @BeforeEach
  void start() throws Exception {
    containerd = FakeCri.at(dir.resolve("containerd.sock"));
    Path password = Files.writeString(dir.resolve("password"), "secret\n");
    bridge =
        RuntimeBridge.start(
            access(PrewarmRuntime.CONTAINERD),
            Map.of("team", new LoginConfig("bob", password)),
            new HostPort("127.0.0.1", 4600),
            UpstreamsConfig.defaults().names(),
            lost -> {});
    runtime = agents(PrewarmRuntime.CONTAINERD).open(PrewarmRuntime.CONTAINERD);
  }

  private RuntimeAccess access(PrewarmRuntime... allowed) {
    return new RuntimeAccess(
        List.of(allowed),
        dir.resolve("docker.sock"),
        dir.resolve("containerd.sock"),
        "k8s.io",
        Optional.empty(),
        Optional.of(dir.resolve("bridge.sock")));
  }

  /** What an agent makes of the same settings. */
  private NodeRuntimes agents(PrewarmRuntime... allowed) {
    return new NodeRuntimes(
        access(allowed), new HostPort("127.0.0.1", 4600), 4600, UpstreamsConfig.defaults().names());
  }

  @AfterEach
  void stop() throws IOException {
    bridge.close();
    containerd.close();
  }

  private static RuntimePull pull(Optional<NamedLogin> login, AtomicBoolean stopped) {
    return new RuntimePull(IMAGE, Optional.empty(), login, stopped::get);
  }

  @Test
  void aPullReachesTheRuntime() throws Exception {
    runtime.check(IMAGE, Optional.empty());
    assertThat(containerd.unseen()).as("a check pulls nothing").isZero();
    runtime.pull(pull(Optional.empty(), new AtomicBoolean()));
    assertThat(containerd.path()).isEqualTo("/runtime.v1.ImageService/PullImage");
    assertThat(new String(containerd.request(), UTF_8)).contains("quay.io/org/app:1");
  }

  @Test
  void aLoginIsNamedByTheAgentAndReadByTheBridge() throws Exception {
    Path unreadable = dir.resolve("what-the-agent-has-of-it");
    NamedLogin named = new LoginConfig("bob", unreadable).named("team");
    runtime.pull(pull(Optional.of(named), new AtomicBoolean()));
    assertThat(HexFormat.of().formatHex(containerd.request()))
        .endsWith(HexFormat.of().formatHex("secret".getBytes(UTF_8)));

    NamedLogin other = new LoginConfig("eve", unreadable).named("other");
    assertThatThrownBy(() -> runtime.pull(pull(Optional.of(other), new AtomicBoolean())))
        .isInstanceOf(NodeRuntimeException.class)
        .hasMessageContaining("knows no credentials 'other'");
  }

  @Test
  void theRuntimesReasonComesBack() {
    containerd.saysAtTheEnd(Map.of("grpc-status", "5", "grpc-message", "no such image"));
    containerd.answers(new byte[0]);
    assertThatThrownBy(() -> runtime.pull(pull(Optional.empty(), new AtomicBoolean())))
        .isInstanceOf(NodeRuntimeException.class)
        .hasMessageContaining("no such image");
    assertThatThrownBy(() -> runtime.check(IMAGE, Optional.of("linux/arm64")))
        .hasMessageContaining("leave out --platform");
  }

  @Test
  void whatTheBridgeMayNotUseIsRefusedWhateverTheAgentMay() throws Exception {
    NodeRuntime docker =
        agents(PrewarmRuntime.DOCKER, PrewarmRuntime.CONTAINERD).open(PrewarmRuntime.DOCKER);
    assertThatThrownBy(() -> docker.check(IMAGE, Optional.empty()))
        .isInstanceOf(NodeRuntimeException.class)
        .hasMessageContaining("may not use docker");
  }

  @Test
  void onePullAtATimeAndOneThatNobodyWantsGivesItsTurnUp() throws Exception {
    containerd.hangs();
    AtomicBoolean stopped = new AtomicBoolean();
    CompletableFuture<Throwable> first = pulling(stopped);
    containerd.request();
    CompletableFuture<Throwable> second = pulling(stopped);
    assertThat(containerd.unseen()).as("the second waits for its turn").isZero();

    stopped.set(true);
    assertThat(first.get()).hasMessageContaining("stopped");
    assertThat(second.get()).hasMessageContaining("stopped");
  }

  private CompletableFuture<Throwable> pulling(AtomicBoolean stopped) {
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            runtime.pull(pull(Optional.empty(), stopped));
            ended.complete(new AssertionError("there was no image"));
          } catch (NodeRuntimeException | InterruptedException e) {
            ended.complete(e);
          }
        });
    return ended;
  }

  @Test
  void whatIsNoRequestIsRefusedInWords() throws Exception {
    for (String line :
        List.of(
            "GET /v1.41/containers/json HTTP/1.1\n",
            "{\"runtime\":\"CONTAINERD\",\"image\":\"../etc\",\"onlyCheck\":false}\n",
            "{\"runtime\":\"PODMAN\",\"image\":\"a\",\"onlyCheck\":false}\n",
            "x".repeat(BridgeRequest.MAX_BYTES + 1))) {
      try (SocketChannel channel =
          SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve("bridge.sock")))) {
        channel.write(ByteBuffer.wrap(line.getBytes(UTF_8)));
        BridgeAnswer answer = BridgeLine.read(channel, BridgeAnswer.MAX_BYTES, BridgeAnswer.class);
        assertThat(answer.problem().orElseThrow()).contains("not a request");
      }
    }
    assertThat(containerd.unseen()).isZero();
  }

  @Test
  void onlyTheGroupOfTheFolderGetsIn() throws Exception {
    Path socket = dir.resolve("bridge.sock");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw----");
    assertThat(Files.getAttribute(socket, "unix:gid"))
        .isEqualTo(Files.getAttribute(dir, "unix:gid"));
  }

  @Test
  void itDoesNotStartInFrontOfARuntimeThatIsNotThere() throws Exception {
    assertThatThrownBy(() ->
            RuntimeBridge.start(
                access(PrewarmRuntime.DOCKER),
                Map.of(),
                new HostPort("127.0.0.1", 4600),
                UpstreamsConfig.defaults().names(),
                lost -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("docker at " + dir.resolve("docker.sock"));
  }
}
