package io.shoal.cli.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import io.shoal.core.reference.Platform;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImagePullTest {

  private final FakeRegistry registry = new FakeRegistry();

  @BeforeEach
  void serve() throws IOException {
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void pullsEveryBlobAndMeasures() throws Exception {
    registry.put("/v2/app/manifests/v1", registry.manifest());

    ImagePull pull = pull();
    PullOutcome outcome = pull.run();

    assertThat(outcome.imageBytes()).isEqualTo(300_002);
    assertThat(outcome.firstByte()).isPositive().isLessThanOrEqualTo(outcome.duration());
    assertThat(pull.progress().receivedBytes()).isEqualTo(300_002);
    assertThat(pull.progress().expectedBytes()).hasValue(300_002);
  }

  @Test
  void choosesTheImageForItsMachineFromAList() throws Exception {
    byte[] manifest = registry.manifest();
    Digest digest = Digest.sha256Of(manifest);
    registry.put("/v2/app/manifests/" + digest, manifest);
    registry.put("/v2/app/manifests/v1", registry.index(digest));

    assertThat(pull().run().imageBytes()).isEqualTo(300_002);
  }

  @Test
  void saysWhichMachinesAListServes() {
    registry.put("/v2/app/manifests/v1", registry.index(Digest.sha256Of(registry.config())));
    ImagePull pull =
        new ImagePull(
            registry.uri(), "app", "v1", Platform.parse("linux/riscv64"), BlobTarget.NOWHERE);

    assertThatThrownBy(pull::run)
        .isInstanceOf(PullException.class)
        .hasMessageContaining("no image for linux/riscv64, only for [linux/amd64]");
  }

  @Test
  void resumesWhereAStreamBrokeOff() throws Exception {
    registry.put("/v2/app/manifests/v1", registry.manifest());
    registry.breakOff(true);

    assertThat(pull().run().imageBytes()).isEqualTo(300_002);
    assertThat(registry.requests()).filteredOn(r -> r.contains("bytes=")).hasSize(1);
  }

  @Test
  void refusesContentOfAnotherDigest() {
    registry.put("/v2/app/manifests/v1", registry.manifest());
    byte[] tampered = registry.layer().clone();
    tampered[7]++;
    registry.put("/v2/app/blobs/" + Digest.sha256Of(registry.layer()), tampered);

    assertThatThrownBy(() -> pull().run())
        .isInstanceOf(PullException.class)
        .hasMessageContaining("answered other content, of digest " + Digest.sha256Of(tampered));
  }

  @Test
  void quotesTheServersReason() {
    assertThatThrownBy(() -> pull().run())
        .isInstanceOf(PullException.class)
        .hasMessageContaining("/v2/app/manifests/v1 answered 404: nothing here");
  }

  private ImagePull pull() {
    return new ImagePull(
        registry.uri(), "app", "v1", Platform.parse("linux/amd64"), BlobTarget.NOWHERE);
  }
}
