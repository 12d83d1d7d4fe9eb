package io.shoal.cli.dev.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.layout.Descriptor;
import io.shoal.cli.layout.OciLayout;
import io.shoal.core.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ImageGeneratorTest {

  private static final ImagePlan SMALL =
      new ImagePlan(List.of(9_000_000L, 700_000L, 20_000L), 7, "amd64");

  @TempDir Path directory;

  @Test
  void everyBlobHasTheDigestAndLengthThatTheManifestSays() throws IOException {
    OciLayout image = new ImageGenerator(directory).image(SMALL);

    assertThat(image.layers()).hasSize(3);
    for (Descriptor blob : image.blobs()) {
      byte[] content = Files.readAllBytes(image.file(blob.digest()));
      assertThat(Digest.sha256Of(content)).isEqualTo(blob.digest());
      assertThat(content).hasSize((int) blob.size());
    }
  }

  @Test
  void layersAreAboutAsLongAsPlanned() throws IOException {
    OciLayout image = new ImageGenerator(directory).image(SMALL);

    for (int i = 0; i < 3; i++) {
      long planned = SMALL.layerBytes().get(i);
      assertThat(image.layers().get(i).size()).isBetween(planned / 2, planned * 11 / 10);
    }
    assertThat(image.imageBytes()).isGreaterThan(9_000_000);
  }

  @Test
  void configurationNamesTheDigestsOfTheUnpackedLayers() throws IOException {
    OciLayout image = new ImageGenerator(directory).image(SMALL);

    JsonNode config = new ObjectMapper().readTree(image.file(image.config().digest()).toFile());
    assertThat(config.path("architecture").asText()).isEqualTo("amd64");
    JsonNode diffIds = config.path("rootfs").path("diff_ids");
    assertThat(diffIds).hasSize(3);
    for (int i = 0; i < 3; i++) {
      Digest unpacked = Digest.sha256Of(unpack(image, i));
      assertThat(diffIds.get(i).asText()).isEqualTo(unpacked.toString());
    }
  }

  @Test
  void tarUnpacksTheLayersAndTheProgramRuns() throws Exception {
    OciLayout image = new ImageGenerator(directory).image(SMALL);
    Path root = Files.createDirectory(directory.resolve("root"));

    for (Descriptor layer : image.layers()) {
      String file = image.file(layer.digest()).toString();
      assertThat(run("tar", "-xzf", file, "-C", root.toString())).isEmpty();
    }

    Path hello = root.resolve("hello");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hello)))
        .isEqualTo("rwxr-xr-x");
    assertThat(root.resolve("data/layer-2/file-01.bin")).isNotEmptyFile();
    if (HelloProgram.forMachine(System.getProperty("os.arch")) == HelloProgram.AMD64) {
      assertThat(run(hello.toString())).isEqualTo(HelloProgram.LINE);
    }
  }

  @Test
  void equalPlansGiveEqualImages() throws IOException {
    OciLayout one = new ImageGenerator(directory.resolve("a")).image(SMALL);
    OciLayout other = new ImageGenerator(directory.resolve("b")).image(SMALL);

    assertThat(other.manifest()).isEqualTo(one.manifest());
  }

  @Test
  void generatesOnceAndAgainWhenAFileWasDamaged() throws IOException {
    ImageGenerator generator = new ImageGenerator(directory);
    assertThat(generator.has(SMALL)).isFalse();
    OciLayout image = generator.image(SMALL);
    Path layer = image.file(image.layers().getFirst().digest());
    var firstTime = Files.getLastModifiedTime(layer);

    assertThat(generator.has(SMALL)).isTrue();
    generator.image(SMALL);
    assertThat(Files.getLastModifiedTime(layer)).isEqualTo(firstTime);

    Files.write(layer, new byte[10]);
    generator.image(SMALL);
    assertThat(Digest.sha256Of(Files.readAllBytes(layer)))
        .isEqualTo(image.layers().getFirst().digest());
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void programsAreExecutablesOfTheRightMachine() {
    // Offset 18 of an ELF header: the machine, 62 for x86-64 and 183 for AArch64.
    assertThat(HelloProgram.forMachine("aarch64").executable()[18]).isEqualTo((byte) 183);
    assertThat(HelloProgram.forMachine("amd64").executable()[18]).isEqualTo((byte) 62);
    assertThat(new String(HelloProgram.ARM64.executable(), StandardCharsets.ISO_8859_1))
        .endsWith(HelloProgram.LINE);
  }

  private static byte[] unpack(OciLayout image, int layer) throws IOException {
    byte[] packed = Files.readAllBytes(image.file(image.layers().get(layer).digest()));
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
