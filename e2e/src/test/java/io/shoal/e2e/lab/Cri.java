package io.shoal.e2e.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a kubelet says to a runtime: gRPC on a Unix socket. Spoken with curl, for Debian has no
 * program for it.
 */
final class Cri {

  private static final String WENT_WELL = "0";

  private final Path socket;

  Cri(Path socket) {
    this.socket = socket;
  }

  /** Whether it answers at all. */
  boolean answers(Duration limit) {
    return call("RuntimeService/Version", new byte[0], limit).isEmpty();
  }

  /**
   * Pulls, as {@code PullImage}: the image's name is the first field of its first field.
   *
   * @return what went wrong, empty if nothing did
   */
  Optional<String> pull(String image, Duration limit) {
    byte[] reference = firstField(image.getBytes(StandardCharsets.UTF_8));
    return call("ImageService/PullImage", firstField(reference), limit);
  }

  private Optional<String> call(String method, byte[] message, Duration limit) {
    // A message of gRPC: one byte that says "not compressed", then the length.
    byte[] body =
        ByteBuffer.allocate(5 + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    try {
      Path request = Files.createTempFile(socket.getParent(), "request", ".bin");
      Files.write(request, body);
      Commands.Result result =
          Commands.tryRun(
              limit,
              Map.of(),
              List.of(
                  Prerequisites.program("curl").toString(),
                  "--silent",
                  "--show-error",
                  "--noproxy",
                  "*",
                  "--http2-prior-knowledge",
                  "--unix-socket",
                  socket.toString(),
                  "--header",
                  "Content-Type: application/grpc",
                  "--header",
                  "TE: trailers",
                  "--dump-header",
                  "-",
                  "--output",
                  "/dev/null",
                  "--data-binary",
                  "@" + request,
                  "http://localhost/runtime.v1." + method));
      String said = result.output() + result.errors();
      return said.lines().anyMatch(line -> line.strip().equals("grpc-status: " + WENT_WELL))
          ? Optional.empty()
          : Optional.of(said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Field 1 of a protocol buffer, with bytes as its value. */
  private static byte[] firstField(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(1 << 3 | 2);
    int rest = content.length;
    for (; rest >= 0x80; rest >>>= 7) {
      out.write(rest & 0x7f | 0x80);
    }
    out.write(rest);
    out.writeBytes(content);
    return out.toByteArray();
  }
}
