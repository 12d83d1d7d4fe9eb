package io.shoal.oci.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A central registry whose misdeeds a test decides. */
public final class FakeUpstream implements AutoCloseable {

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  /** What a blob request asked for. */
  public record BlobRequest(long from, long toExclusive, boolean ranged) {}

  private record Manifest(String mediaType, byte[] content) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Manifest> manifests = new ConcurrentHashMap<>();
  private final List<BlobRequest> blobRequests = new CopyOnWriteArrayList<>();
  private final List<String> manifestRequests = new CopyOnWriteArrayList<>();
  private final AtomicLong blobBytesSent = new AtomicLong();
  private final AtomicInteger breaksLeft = new AtomicInteger();

  /** Which repository a token opens; without any, everybody reads everything. */
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  private final Map<String, String> onlyIn = new ConcurrentHashMap<>();

  private volatile List<String> tags = List.of("a", "b");
  private volatile boolean ignoreRange;
  private volatile boolean hideLength;
  private volatile int refusal;
  private final Map<String, String> extraHeaders = new ConcurrentHashMap<>();
  private volatile long breakAfterBytes;
  private volatile Semaphore gate = new Semaphore(Integer.MAX_VALUE >> 1);

  public FakeUpstream() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(threads);
    server.createContext("/v2/", this::handle);
    server.createContext("/token", this::token);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The name under which clients ask for this registry. */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public Digest addBlob(byte[] content) {
    Digest digest = Digest.sha256Of(content);
    blobs.put(digest, content);
    return digest;
  }

  /** Sends these bytes under a digest that is not theirs. */
  public void replaceBlob(Digest digest, byte[] content) {
    blobs.put(digest, content);
  }

  public Digest addManifest(String tag, String mediaType, byte[] content) {
    Digest digest = Digest.sha256Of(content);
    manifests.put(tag, new Manifest(mediaType, content));
    manifests.put(digest.toString(), new Manifest(mediaType, content));
    return digest;
  }

  /** Lists these tags, all on one page, whether or not there are manifests under them. */
  public void hasTags(List<String> names) {
    tags = List.copyOf(names);
  }

  /** From now on tokens are wanted: this one, also the password of its owner, opens this. */
  public void openWith(String token, String repository) {
    tokens.put(token, repository);
  }

  /** The token is refused from now on. */
  public void revoke(String token) {
    tokens.remove(token);
  }

  /** This content is in one repository only. */
  public void keepIn(String repository, Digest digest) {
    onlyIn.put(digest.toString(), repository);
  }

  public void ignoreRange() {
    ignoreRange = true;
  }

  public void hideLength() {
    hideLength = true;
  }

  /** Every request is answered with 503. */
  public void down(boolean isDown) {
    refusal = isDown ? 503 : 0;
  }

  /** Every request is answered with this status, unless it is 0. */
  public void refuseWith(int status) {
    refusal = status;
  }

  /** Every answer has this header. */
  public void addHeader(String name, String value) {
    extraHeaders.put(name, value);
  }

  /** So many answers break off after so many bytes. */
  public void breakAfter(long bytes, int times) {
    breakAfterBytes = bytes;
    breaksLeft.set(times);
  }

  /** Blob bytes wait for permits: one for each 64 KiB. */
  public Semaphore holdBlobBytes() {
    gate = new Semaphore(0);
    return gate;
  }

  public List<BlobRequest> blobRequests() {
    return List.copyOf(blobRequests);
  }

  /** Method and reference of every manifest request. */
  public List<String> manifestRequests() {
    return List.copyOf(manifestRequests);
  }

  public long blobBytesSent() {
    return blobBytesSent.get();
  }

  private void token(HttpExchange exchange) throws IOException {
    try (exchange) {
      String basic = exchange.getRequestHeaders().getFirst("Authorization");
      String login =
          basic == null ? ":" : new String(Base64.getDecoder().decode(basic.substring(6)), UTF_8);
      String token = login.substring(login.indexOf(':') + 1);
      if (tokens.containsKey(token)) {
        json(exchange, "{\"token\":\"" + token + "\",\"expires_in\":120}");
      } else {
        exchange.sendResponseHeaders(401, -1);
      }
    }
  }

  private boolean isClosedTo(HttpExchange exchange, String path) throws IOException {
    if (tokens.isEmpty() || refusal != 0) {
      return false;
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String opens =
        authorization == null ? null : tokens.get(authorization.replaceFirst("Bearer ", ""));
    if (opens != null && path.startsWith("/v2/" + opens + "/")) {
      return false;
    }
    exchange
        .getResponseHeaders()
        .set("WWW-Authenticate", "Bearer realm=\"" + uri() + "/token\",service=\"fake\"");
    exchange.sendResponseHeaders(401, -1);
    return true;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (isClosedTo(exchange, exchange.getRequestURI().getPath())) {
        return;
      }
      String[] path = exchange.getRequestURI().getPath().split("/");
      String reference = path[path.length - 1];
      extraHeaders.forEach(exchange.getResponseHeaders()::set);
      if (refusal != 0) {
        exchange.sendResponseHeaders(refusal, -1);
      } else if (!exchange
          .getRequestURI()
          .getPath()
          .startsWith("/v2/" + onlyIn.getOrDefault(reference, ""))) {
        exchange.sendResponseHeaders(404, -1);
      } else if (path[path.length - 2].equals("blobs")) {
        blob(exchange, blobs.get(Digest.parse(reference)));
      } else if (path[path.length - 2].equals("manifests")) {
        manifestRequests.add(exchange.getRequestMethod() + " " + reference);
        manifest(exchange, manifests.get(reference));
      } else if (reference.equals("list")) {
        json(exchange, "{\"name\":\"x\",\"tags\":[\"%s\"]}".formatted(String.join("\",\"", tags)));
      } else if (reference.equals("_catalog")) {
        json(exchange, "{\"repositories\":[\"a/b\",\"c\"]}");
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void json(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void manifest(HttpExchange exchange, Manifest manifest) throws IOException {
    if (manifest == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", manifest.mediaType());
    exchange
        .getResponseHeaders()
        .set("Docker-Content-Digest", Digest.sha256Of(manifest.content()).toString());
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : manifest.content().length);
    if (!head) {
      exchange.getResponseBody().write(manifest.content());
    }
  }

  private void blob(HttpExchange exchange, byte[] content)
      throws IOException, InterruptedException {
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + content.length);
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    String header = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(header == null ? "" : header);
    boolean ranged = range.matches() && !ignoreRange && !hideLength;
    int from = ranged ? Integer.parseInt(range.group(1)) : 0;
    int last =
        ranged && !range.group(2).isEmpty()
            ? Math.min(content.length - 1, Integer.parseInt(range.group(2)))
            : content.length - 1;
    blobRequests.add(new BlobRequest(from, last + 1, ranged));
    if (ranged && from >= content.length) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    if (ranged) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + last + "/" + content.length);
    }
    long length = last + 1 - from;
    exchange.sendResponseHeaders(ranged ? 206 : 200, hideLength ? 0 : length == 0 ? -1 : length);
    send(exchange.getResponseBody(), content, from, last + 1);
  }

  private void send(OutputStream out, byte[] content, int from, int to)
      throws IOException, InterruptedException {
    boolean breaks = breaksLeft.getAndDecrement() > 0;
    long end = breaks ? Math.min(to, from + breakAfterBytes) : to;
    int position = from;
    while (position < end) {
      gate.acquire();
      int part = (int) Math.min(64 << 10, end - position);
      out.write(content, position, part);
      out.flush();
      position += part;
      blobBytesSent.addAndGet(part);
    }
    if (position < to) {
      throw new IOException("broken off on purpose");
    }
  }

  @Override
  public void close() {
    gate.release(1 << 20);
    server.stop(0);
    threads.shutdownNow();
  }
}
