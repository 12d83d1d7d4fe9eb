package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.TestImage;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A blob longer than any number of 32 bits. It writes 10 GB, which takes its time. */
@EndToEnd
@Tag("long")
class LargeBlobIT {

  private static final long BYTES = 5_000_000_000L;
  private static final List<Long> EDGES = List.of(1L << 31, 1L << 32);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Test
  void rangesAcrossThirtyTwoBitsAndTheWholeAreRight(Lab lab) throws Exception {
    Path folder = lab.folder("large-blob");
    Path file = folder.resolve("blob");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(BYTES);
      for (long edge : EDGES) {
        sparse.seek(edge - 8);
        sparse.write(marker(edge));
      }
    }
    String digest = digest(file);
    String repository = "library/shoal-large-blob";
    lab.registry()
        .place(repository, new TestImage.Blob(digest, BYTES, "application/octet-stream", file));
    URI blob = lab.cluster().agent(4).url().resolve("/v2/" + repository + "/blobs/" + digest);
    for (long edge : EDGES) {
      Path part = folder.resolve("part");
      curl(part, blob, "--range", (edge - 8) + "-" + (edge + 7));
      assertThat(part).hasBinaryContent(marker(edge));
    }
    Path whole = folder.resolve("whole");
    curl(whole, blob);
    assertThat(digest(whole)).isEqualTo(digest);
  }

  private static byte[] marker(long edge) {
    return "%016x".formatted(edge).getBytes(StandardCharsets.US_ASCII);
  }

  private static void curl(Path to, URI from, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of("curl", "--fail", "--silent", "--show-error", "--output", to.toString()));
    command.addAll(List.of(options));
    command.add(from.toString());
    Commands.run(LIMIT, command.toArray(String[]::new));
  }

  private static String digest(Path file) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
    }
    return "sha256:" + HexFormat.of().formatHex(sha256.digest());
  }
}
