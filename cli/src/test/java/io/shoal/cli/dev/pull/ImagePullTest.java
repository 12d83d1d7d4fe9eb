package io.shoal.cli.dev.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImagePullTest {

  private final Map<String, byte[]> content = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
  private final byte[] layer = randomBytes(300_000);
  private volatile boolean breakOff;
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    put(config);
    put(layer);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void pullsEveryBlobAndMeasures() throws Exception {
    content.put("/v2/app/manifests/v1", manifest());

    ImagePull pull = pull();
    PullOutcome outcome = pull.run();

    assertThat(outcome.imageBytes()).isEqualTo(300_002);
    assertThat(outcome.firstByte()).isPositive().isLessThanOrEqualTo(outcome.duration());
    assertThat(pull.progress().receivedBytes()).isEqualTo(300_002);
    assertThat(pull.progress().expectedBytes()).hasValue(300_002);
  }

  @Test
  void choosesTheImageForItsMachineFromAList() throws Exception {
    byte[] manifest = manifest();
    Digest digest = Digest.sha256Of(manifest);
    content.put("/v2/app/manifests/" + digest, manifest);
    content.put("/v2/app/manifests/v1", index(digest));

    assertThat(pull().run().imageBytes()).isEqualTo(300_002);
  }

  @Test
  void saysWhichMachinesAListServes() {
    content.put("/v2/app/manifests/v1", index(Digest.sha256Of(config)));
    ImagePull pull = new ImagePull(uri(), "app", "v1", "riscv64");

    assertThatThrownBy(pull::run)
        .isInstanceOf(PullException.class)
        .hasMessageContaining("no image for linux/riscv64, only for [linux/amd64]");
  }

  @Test
  void resumesWhereAStreamBrokeOff() throws Exception {
    content.put("/v2/app/manifests/v1", manifest());
    breakOff = true;

    assertThat(pull().run().imageBytes()).isEqualTo(300_002);
    assertThat(requests).filteredOn(r -> r.contains("bytes=")).hasSize(1);
  }

  @Test
  void refusesContentOfAnotherDigest() {
    content.put("/v2/app/manifests/v1", manifest());
    byte[] tampered = layer.clone();
    tampered[7]++;
    content.put("/v2/app/blobs/" + Digest.sha256Of(layer), tampered);

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
    return new ImagePull(uri(), "app", "v1", "amd64");
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void put(byte[] blob) {
    content.put("/v2/app/blobs/" + Digest.sha256Of(blob), blob);
  }

  private byte[] manifest() {
    return """
    {"config": {"digest": "%s", "size": %d},
     "layers": [{"digest": "%s", "size": %d}, {"digest": "%3$s", "size": %4$d}]}
    """
        .formatted(Digest.sha256Of(config), config.length, Digest.sha256Of(layer), layer.length)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] index(Digest manifest) {
    return """
    {"manifests": [
      {"digest": "%s", "platform": {"os": "linux", "architecture": "amd64"}}]}
    """
        .formatted(manifest)
        .getBytes(StandardCharsets.UTF_8);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String path = exchange.getRequestURI().getPath();
    requests.add(path + " " + range);
    byte[] body = content.get(path);
    try (exchange) {
      if (body == null) {
        byte[] reason = "nothing here".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(404, reason.length);
        exchange.getResponseBody().write(reason);
        return;
      }
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
      byte[] part = Arrays.copyOfRange(body, from, body.length);
      boolean breaks = breakOff && body.length > 100_000 && range == null;
      exchange.sendResponseHeaders(range == null ? 200 : 206, part.length);
      OutputStream out = exchange.getResponseBody();
      out.write(part, 0, breaks ? part.length / 2 : part.length);
    }
  }

  private static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new SplittableRandom(5).nextBytes(bytes);
    return bytes;
  }
}
