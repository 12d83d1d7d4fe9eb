package io.shoal.cli.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarWriterTest {

  @TempDir private Path dir;

  /** As of a sha512 blob in a layout, which is longer than a header's field. */
  @Test
  void otherProgramsReadNamesOfAnyLength() throws Exception {
    String name = "blobs/sha512/" + "0123456789abcdef".repeat(8);
    Path archive = dir.resolve("a.tar");
    try (TarWriter tar = new TarWriter(Files.newOutputStream(archive))) {
      tar.directory("blobs");
      tar.directory("blobs/sha512");
      tar.file(name, 0644, 5, out -> out.write("hello".getBytes(StandardCharsets.UTF_8)));
      tar.file("short", 0644, 2, out -> out.write("hi".getBytes(StandardCharsets.UTF_8)));
    }

    Process untar =
        new ProcessBuilder("tar", "-xf", archive.toString(), "-C", dir.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(untar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(untar.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
    assertThat(dir.resolve(name)).hasContent("hello");
    assertThat(dir.resolve("short")).hasContent("hi");
  }
}
