package io.shoal.agent.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.reference.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that speaks gRPC as containerd does. */
@Timeout(60)
class CriRuntimeTest {

  private static final ImageReference IMAGE = ImageReference.parse("quay.io/org/app:1");

  @TempDir private Path dir;

  private FakeCri containerd;
  private CriRuntime runtime;

  @BeforeEach
  void start() throws Exception {
    Path socket = dir.resolve("cri.sock");
    containerd = FakeCri.at(socket);
    runtime = new CriRuntime(socket);
  }

  @AfterEach
  void stop() {
    containerd.close();
  }

  private static RuntimePull pull(Optional<NamedLogin> login, AtomicBoolean stopped) {
    return new RuntimePull(IMAGE, Optional.empty(), login, stopped::get);
  }

  @Test
  void asksForTheImageByItsName() throws Exception {
    runtime.pull(pull(Optional.empty(), new AtomicBoolean()));
    assertThat(containerd.path()).isEqualTo("/runtime.v1.ImageService/PullImage");
    // protoc --encode of image { image: "quay.io/org/app:1" }, after the prefix
    assertThat(HexFormat.of().formatHex(containerd.request()))
        .isEqualTo(
            "0000000015"
                + "0a130a11"
                + HexFormat.of().formatHex("quay.io/org/app:1".getBytes(UTF_8)));
  }

  @Test
  void showsTheLoginOnItsSocketOnly() throws Exception {
    Path password = Files.writeString(dir.resolve("password"), "secret\n");
    runtime.pull(
        pull(Optional.of(new LoginConfig("bob", password).named("team")), new AtomicBoolean()));
    assertThat(HexFormat.of().formatHex(containerd.request()))
        .endsWith(
            "120d"
                + "0a03"
                + HexFormat.of().formatHex("bob".getBytes(UTF_8))
                + "1206"
                + HexFormat.of().formatHex("secret".getBytes(UTF_8)));
  }

  @Test
  void passesContainerdsReasonOn() {
    containerd.saysAtTheEnd(
        Map.of("grpc-status", "5", "grpc-message", "no such image: 50%25 + more"));
    containerd.answers(new byte[0]);
    assertThatThrownBy(() -> runtime.pull(pull(Optional.empty(), new AtomicBoolean())))
        .isInstanceOf(NodeRuntimeException.class)
        .hasMessageContaining("no such image: 50% + more");
  }

  @Test
  void doesNotTakeTwoMessagesOrHalfAOneForAnAnswer() {
    for (String hex : new String[] {"", "00000000050a03", "00000000000000000000", "0100000000"}) {
      containerd.answers(HexFormat.of().parseHex(hex));
      assertThatThrownBy(() -> runtime.pull(pull(Optional.empty(), new AtomicBoolean())))
          .hasMessageContaining("not one message");
    }
  }

  @Test
  void givesUpWhenNobodyWantsTheImageAnyLonger() {
    containerd.hangs();
    AtomicBoolean stopped = new AtomicBoolean();
    Thread.ofVirtual()
        .start(() -> {
          try {
            containerd.request();
            stopped.set(true);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThatThrownBy(() -> runtime.pull(pull(Optional.empty(), stopped)))
        .hasMessageContaining("stopped");
  }

  @Test
  void saysThatNobodyListens() {
    CriRuntime gone = new CriRuntime(dir.resolve("gone.sock"));
    assertThatThrownBy(() -> gone.pull(pull(Optional.empty(), new AtomicBoolean())))
        .isInstanceOf(NodeRuntimeException.class)
        .hasMessageContaining("gone.sock");
  }

  @Test
  void refusesAnotherPlatform() {
    assertThatThrownBy(() -> runtime.check(IMAGE, Optional.of("linux/arm64")))
        .hasMessageContaining("leave out --platform");
  }
}
