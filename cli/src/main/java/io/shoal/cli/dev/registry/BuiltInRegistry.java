package io.shoal.cli.dev.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shoal.cli.layout.Descriptor;
import io.shoal.cli.layout.OciLayout;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A read-only registry with one repository, on the loopback interface: the pull side of the OCI
 * distribution protocol with single ranges, and a count of what was sent. It shares no code with
 * Shoal's own protocol module, so that a misunderstanding there shows up here.
 */
public final class BuiltInRegistry implements AutoCloseable {

  /** Where the count of sent bytes is read. */
  public static final String STATS_PATH = "/shoal/v1/stats";

  private static final int BUFFER_BYTES = 256 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String repositoryPath;
  private final Map<String, OciLayout> images;
  private final Map<Digest, Blob> blobs = new HashMap<>();
  private final SentBytes sent = new SentBytes();

  /** A blob and where it lies. */
  private record Blob(Descriptor descriptor, Path file) {}

  private BuiltInRegistry(HttpServer server, String repository, Map<String, OciLayout> images) {
    this.server = server;
    this.repositoryPath = "/v2/" + repository + "/";
    this.images = new TreeMap<>(images);
    for (OciLayout image : images.values()) {
      Stream.concat(Stream.of(image.manifest()), image.blobs().stream())
          .forEach(blob -> blobs.put(blob.digest(), new Blob(blob, image.file(blob.digest()))));
    }
  }

  /** Starts to serve one image. */
  public static BuiltInRegistry start(int port, String repository, String tag, OciLayout image)
      throws IOException {
    return start(port, repository, Map.of(tag, image));
  }

  /**
   * Starts to serve.
   *
   * @param port 0 for any free one
   * @param images by tag
   */
  public static BuiltInRegistry start(int port, String repository, Map<String, OciLayout> images)
      throws IOException {
    // Without this the last segment of each answer waits for the peer's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    BuiltInRegistry registry =
        new BuiltInRegistry(HttpServer.create(address, 128), repository, images);
    registry.server.setExecutor(registry.threads);
    registry.server.createContext("/", registry::handle);
    registry.server.start();
    return registry;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** What was sent so far. */
  public RegistryStats stats() {
    return sent.stats();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Docker-Distribution-API-Version", "registry/2.0");
      String path = exchange.getRequestURI().getPath();
      if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
        error(exchange, 405, "UNSUPPORTED", "this registry can only be read");
      } else if (path.equals("/v2/") || path.equals("/v2")) {
        bytes(exchange, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
      } else if (path.equals(STATS_PATH)) {
        bytes(exchange, "application/json", JSON.writeValueAsBytes(stats()));
      } else if (path.startsWith(repositoryPath)) {
        repository(exchange, path.substring(repositoryPath.length()));
      } else {
        error(exchange, 404, "NAME_UNKNOWN", "the only repository is " + repositoryPath);
      }
    }
  }

  private void repository(HttpExchange exchange, String rest) throws IOException {
    if (rest.startsWith("manifests/")) {
      manifest(exchange, rest.substring("manifests/".length()));
    } else if (rest.startsWith("blobs/")) {
      blob(exchange, rest.substring("blobs/".length()));
    } else if (rest.equals("tags/list")) {
      String name = repositoryPath.substring("/v2/".length(), repositoryPath.length() - 1);
      Map<String, Object> tags = Map.of("name", name, "tags", List.copyOf(images.keySet()));
      bytes(exchange, "application/json", JSON.writeValueAsBytes(tags));
    } else {
      error(exchange, 404, "NAME_UNKNOWN", "no such path");
    }
  }

  private void manifest(HttpExchange exchange, String reference) throws IOException {
    OciLayout tagged = images.get(reference);
    Optional<Blob> found =
        tagged == null
            ? find(reference).filter(this::isManifest)
            : Optional.ofNullable(blobs.get(tagged.manifest().digest()));
    if (found.isEmpty()) {
      error(exchange, 404, "MANIFEST_UNKNOWN", "no manifest " + reference);
      return;
    }
    Descriptor manifest = found.get().descriptor();
    exchange.getResponseHeaders().set("Docker-Content-Digest", manifest.digest().toString());
    bytes(exchange, manifest.mediaType(), Files.readAllBytes(found.get().file()));
  }

  private boolean isManifest(Blob blob) {
    return images.values().stream()
        .anyMatch(image -> image.manifest().digest().equals(blob.descriptor().digest()));
  }

  private void blob(HttpExchange exchange, String name) throws IOException {
    Optional<Blob> found = find(name);
    if (found.isEmpty()) {
      error(exchange, 404, "BLOB_UNKNOWN", "no blob " + name);
      return;
    }
    Descriptor blob = found.get().descriptor();
    Path file = found.get().file();
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/octet-stream");
    headers.set("Docker-Content-Digest", blob.digest().toString());
    headers.set("ETag", '"' + blob.digest().toString() + '"');
    headers.set("Accept-Ranges", "bytes");
    Optional<String> range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
    switch (ByteRange.answer(range, blob.size())) {
      case ByteRange.Answer.Whole() ->
          part(exchange, 200, blob.digest(), file, new ByteRange(0, blob.size()));
      case ByteRange.Answer.Part(ByteRange part) -> {
        long last = part.from() + part.bytes() - 1;
        headers.set("Content-Range", "bytes %d-%d/%d".formatted(part.from(), last, blob.size()));
        part(exchange, 206, blob.digest(), file, part);
      }
      case ByteRange.Answer.Unsatisfiable() -> {
        headers.set("Content-Range", "bytes */" + blob.size());
        error(exchange, 416, "RANGE_INVALID", "outside of the blob");
      }
    }
  }

  private Optional<Blob> find(String name) {
    try {
      return Optional.ofNullable(blobs.get(Digest.parse(name)));
    } catch (IllegalArgumentException notADigest) {
      return Optional.empty();
    }
  }

  private void part(HttpExchange exchange, int status, Digest digest, Path path, ByteRange range)
      throws IOException {
    if (head(exchange, status, range.bytes())) {
      return;
    }
    exchange.sendResponseHeaders(status, range.bytes());
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, range.bytes()));
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        OutputStream out = exchange.getResponseBody()) {
      file.position(range.from());
      for (long left = range.bytes(); left > 0; ) {
        buffer.clear().limit((int) Math.min(left, buffer.capacity()));
        int read = file.read(buffer);
        if (read < 0) {
          throw new IOException("blob " + digest + " was cut short on disk");
        }
        out.write(buffer.array(), 0, read);
        sent.add(digest, read);
        left -= read;
      }
    }
  }

  private static void bytes(HttpExchange exchange, String mediaType, byte[] content)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", mediaType);
    send(exchange, 200, content);
  }

  private static void error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    Map<String, Object> body = Map.of("errors", List.of(Map.of("code", code, "message", message)));
    send(exchange, status, JSON.writeValueAsBytes(body));
  }

  private static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
    if (!head(exchange, status, content.length)) {
      exchange.sendResponseHeaders(status, content.length);
      exchange.getResponseBody().write(content);
    }
  }

  /** Answers a HEAD request: the headers of the GET, no body. */
  private static boolean head(HttpExchange exchange, int status, long bytes) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(bytes));
      exchange.sendResponseHeaders(status, -1);
    }
    return head;
  }
}
