package io.shoal.cli.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.cli.console.UserError;
import io.shoal.cli.layout.Descriptor;
import io.shoal.cli.layout.OciLayout;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTargetTest {

  private static final ImageReference NAME = ImageReference.parse("registry.example/app:v1");

  private final FakeRegistry registry = new FakeRegistry();

  @TempDir private Path dir;
  private Digest layer;
  private Path layout;

  @BeforeEach
  void serve() {
    registry.start();
    registry.put("/v2/app/manifests/v1", registry.manifest());
    layer = Digest.sha256Of(registry.layer());
    layout = dir.resolve("layout");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void makesALayoutThatOthersCanRead() throws Exception {
    pull();

    OciLayout made = OciLayout.open(layout);
    assertThat(made.manifest())
        .isEqualTo(
            new Descriptor(
                Descriptor.MANIFEST,
                Digest.sha256Of(registry.manifest()),
                registry.manifest().length));
    assertThat(Files.readAllBytes(made.file(layer))).isEqualTo(registry.layer());
    assertThat(layout.resolve("oci-layout")).content().contains("1.0.0");
    assertThat(layout.resolve("index.json"))
        .content()
        .contains("\"org.opencontainers.image.ref.name\":\"v1\"", "registry.example/app:v1");
    assertThat(layout.resolve(".unfinished")).doesNotExist();
  }

  @Test
  void goesOnWhereAnEarlierPullEnded() throws Exception {
    Path part = unfinished(layer);
    Files.write(part, Arrays.copyOf(registry.layer(), 120_000));
    Files.writeString(layout.resolve("oci-layout"), "{}");

    pull();

    assertThat(registry.requests())
        .filteredOn(request -> request.contains(layer.hex()))
        .containsExactly("/v2/app/blobs/" + layer + " bytes=120000-");
    assertThat(Files.readAllBytes(OciLayout.open(layout).file(layer))).isEqualTo(registry.layer());
  }

  @Test
  void startsAnewWhereAnEarlierPullLeftOtherBytes() throws Exception {
    Files.write(unfinished(layer), new byte[120_000]);
    Files.writeString(layout.resolve("oci-layout"), "{}");

    pull();

    assertThat(Files.readAllBytes(OciLayout.open(layout).file(layer))).isEqualTo(registry.layer());
  }

  @Test
  void pullsAgainOnlyWhatIsMissingOrBad() throws Exception {
    pull();
    registry.requests().clear();
    pull();
    assertThat(registry.requests()).hasSize(1).allMatch(request -> request.contains("manifests"));

    Path file = OciLayout.open(layout).file(layer);
    byte[] bad = registry.layer();
    bad[7]++;
    Files.write(file, bad);
    pull();
    assertThat(Files.readAllBytes(file)).isEqualTo(registry.layer());
  }

  @Test
  void keepsNothingOfContentWithAnotherDigest() throws Exception {
    byte[] tampered = registry.layer();
    tampered[7]++;
    registry.put("/v2/app/blobs/" + layer, tampered);

    assertThatThrownBy(this::pull).isInstanceOf(PullException.class);
    assertThat(OciLayout.blobFile(layout, layer)).doesNotExist();
    assertThat(layout.resolve("index.json")).doesNotExist();
  }

  @Test
  void takesNoMoreThanTheManifestSays() {
    byte[] longer = Arrays.copyOf(registry.layer(), 400_000);
    registry.put("/v2/app/blobs/" + layer, longer);

    assertThatThrownBy(this::pull).hasMessageContaining("more than the 300000 bytes");
  }

  @Test
  void leavesAFolderWithSomethingElseAlone() throws Exception {
    Files.createDirectories(layout);
    Files.writeString(layout.resolve("notes.txt"), "mine");

    assertThatThrownBy(() -> LayoutTarget.in(layout))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no OCI image layout");
    assertThat(layout).isDirectoryNotContaining("glob:**.unfinished");
  }

  @Test
  void onePullAtATime() throws Exception {
    LayoutTarget first = LayoutTarget.in(layout);
    try (first) {
      assertThatThrownBy(() -> LayoutTarget.in(layout)).hasMessageContaining("another pull");
    }
  }

  private Path unfinished(Digest digest) throws Exception {
    Path folder = layout.resolve(".unfinished");
    Files.createDirectories(folder);
    return folder.resolve("sha256-" + digest.hex());
  }

  private void pull() throws Exception {
    try (LayoutTarget target = LayoutTarget.in(layout)) {
      PullOutcome outcome =
          new ImagePull(registry.uri(), "app", "v1", Platform.parse("linux/amd64"), target).run();
      target.finish(outcome.image(), NAME);
    }
  }
}
