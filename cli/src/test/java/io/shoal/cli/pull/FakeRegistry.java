package io.shoal.cli.pull;

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

/** A registry with the blobs of one image, of a configuration and a layer of 300 000 bytes. */
final class FakeRegistry implements AutoCloseable {

  private final Map<String, byte[]> content = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
  private final byte[] layer = randomBytes(300_000);
  private final HttpServer server;
  private volatile boolean breakOff;

  FakeRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException("no free port", e);
    }
  }

  void start() {
    server.createContext("/", this::answer);
    server.start();
    put("/v2/app/blobs/" + Digest.sha256Of(config), config);
    put("/v2/app/blobs/" + Digest.sha256Of(layer), layer);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  void put(String path, byte[] body) {
    content.put(path, body);
  }

  /** Whether the layer is broken off in its middle when all of it is asked for. */
  void breakOff(boolean breaks) {
    breakOff = breaks;
  }

  /** Path and Range of every request. */
  List<String> requests() {
    return requests;
  }

  byte[] config() {
    return config.clone();
  }

  byte[] layer() {
    return layer.clone();
  }

  /** Names the layer twice, as real manifests do. */
  byte[] manifest() {
    return """
    {"config": {"digest": "%s", "size": %d},
     "layers": [{"digest": "%s", "size": %d}, {"digest": "%3$s", "size": %4$d}]}
    """
        .formatted(Digest.sha256Of(config), config.length, Digest.sha256Of(layer), layer.length)
        .getBytes(StandardCharsets.UTF_8);
  }

  byte[] index(Digest manifest) {
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

  @Override
  public void close() {
    server.stop(0);
  }
}
