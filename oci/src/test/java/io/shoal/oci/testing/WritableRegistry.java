package io.shoal.oci.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shoal.core.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A central registry that takes pushes, and whose misdeeds a test decides. */
public final class WritableRegistry implements AutoCloseable {

  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(blobs/uploads|blobs|manifests|tags)/([^/]*)");

  private record Manifest(String mediaType, byte[] content) {}

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Manifest> manifests = new ConcurrentHashMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final Map<String, String> scopes = new ConcurrentHashMap<>();
  private final List<String> writes = new CopyOnWriteArrayList<>();
  private final AtomicInteger breaksLeft = new AtomicInteger();
  private HttpServer server;

  private volatile int refusal;
  private volatile String refusedManifest = "";
  private volatile String login = "";
  private volatile Semaphore gate = new Semaphore(Integer.MAX_VALUE >> 1);

  public WritableRegistry() throws IOException {
    server = listen(0);
  }

  private HttpServer listen(int port) throws IOException {
    HttpServer opened =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    opened.setExecutor(threads);
    opened.createContext("/v2/", this::handle);
    opened.createContext("/token", this::token);
    opened.start();
    return opened;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Every request is answered with this status, unless it is 0. */
  public void refuseWith(int status) {
    refusal = status;
  }

  /** Nobody listens; what is there stays. */
  public void hangUp() {
    server.stop(0);
  }

  /** Listens again, where it did before. */
  public void comeBack() throws IOException {
    server = listen(server.getAddress().getPort());
  }

  /** Manifests with this text in them are refused. */
  public void refuseManifestsWith(String text) {
    refusedManifest = text;
  }

  /** So many uploads break off in their middle. */
  public void breakUploads(int times) {
    breaksLeft.set(times);
  }

  /** Bytes of uploads wait for permits: one for each upload. */
  public Semaphore holdUploads() {
    gate = new Semaphore(0);
    return gate;
  }

  /** From now on only who has got a token with this login, {@code user:password}, may write. */
  public void wantLogin(String userAndPassword) {
    login = userAndPassword;
    scopes.clear();
  }

  /** Method, path and length of the body of every request that writes. */
  public List<String> writes() {
    return List.copyOf(writes);
  }

  public Optional<byte[]> blob(String repository, Digest digest) {
    return Optional.ofNullable(blobs.get(repository + "@" + digest));
  }

  public Optional<byte[]> manifest(String repository, String reference) {
    return Optional.ofNullable(manifests.get(repository + "@" + reference)).map(Manifest::content);
  }

  public void putBlob(String repository, byte[] content) {
    blobs.put(repository + "@" + Digest.sha256Of(content), content);
  }

  private void token(HttpExchange exchange) throws IOException {
    try (exchange) {
      String basic = exchange.getRequestHeaders().getFirst("Authorization");
      String shown =
          basic == null ? "" : new String(Base64.getDecoder().decode(basic.substring(6)));
      String token = UUID.randomUUID().toString();
      if (shown.equals(login)) {
        scopes.put(token, parameter(exchange, "scope"));
      }
      answer(exchange, 200, ("{\"token\":\"" + token + "\"}").getBytes(UTF_8));
    }
  }

  private static String parameter(HttpExchange exchange, String name) {
    String query = exchange.getRequestURI().getRawQuery();
    for (String part : query == null ? new String[0] : query.split("&")) {
      if (part.startsWith(name + "=")) {
        return URLDecoder.decode(part.substring(name.length() + 1), UTF_8);
      }
    }
    return "";
  }

  private boolean isClosed(HttpExchange exchange, String repository, boolean writes)
      throws IOException {
    if (login.isEmpty() || !writes) {
      return false;
    }
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    String scope = scopes.getOrDefault(String.valueOf(header).replace("Bearer ", ""), "");
    if (scope.contains("repository:" + repository + ":pull,push")) {
      return false;
    }
    exchange
        .getResponseHeaders()
        .set(
            "WWW-Authenticate",
            "Bearer realm=\"%s/token\",service=\"fake\",scope=\"repository:%s:pull,push\""
                .formatted(uri(), repository));
    exchange.sendResponseHeaders(401, -1);
    return true;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      String method = exchange.getRequestMethod();
      boolean reads = method.equals("GET") || method.equals("HEAD");
      if (refusal != 0) {
        answer(exchange, refusal, "{\"errors\":[]}".getBytes(UTF_8));
      } else if (!path.matches()) {
        exchange.sendResponseHeaders(404, -1);
      } else if (!isClosed(exchange, path.group(1), !reads)) {
        if (!reads) {
          String length = exchange.getRequestHeaders().getFirst("Content-Length");
          writes.add(method + " " + path.group(2) + " " + length);
        }
        switch (path.group(2)) {
          case "blobs/uploads" -> upload(exchange, path.group(1), path.group(3));
          case "blobs" -> content(exchange, path.group(1), path.group(3));
          case "manifests" -> manifest(exchange, path.group(1), path.group(3));
          default -> tags(exchange, path.group(1));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private void upload(HttpExchange exchange, String repository, String id)
      throws IOException, InterruptedException {
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        byte[] other = blobs.get(parameter(exchange, "from") + "@" + parameter(exchange, "mount"));
        if (other != null) {
          blobs.put(repository + "@" + parameter(exchange, "mount"), other);
          answer(exchange, 201, new byte[0]);
          return;
        }
        String begun = UUID.randomUUID().toString();
        uploads.put(begun, new ByteArrayOutputStream());
        location(exchange, repository, begun);
        answer(exchange, 202, new byte[0]);
      }
      case "PATCH" -> {
        InputStream body = exchange.getRequestBody();
        uploads.get(id).write(body.readNBytes(1000));
        gate.acquire();
        if (breaksLeft.getAndDecrement() > 0) {
          throw new IOException("broken off on purpose");
        }
        uploads.get(id).write(body.readAllBytes());
        location(exchange, repository, id);
        answer(exchange, 202, new byte[0]);
      }
      case "PUT" -> {
        byte[] content = uploads.remove(id).toByteArray();
        String digest = parameter(exchange, "digest");
        boolean right = Digest.sha256Of(content).toString().equals(digest);
        if (right) {
          blobs.put(repository + "@" + digest, content);
        }
        answer(exchange, right ? 201 : 400, new byte[0]);
      }
      default -> answer(exchange, 204, new byte[0]);
    }
  }

  private static void location(HttpExchange exchange, String repository, String id) {
    exchange
        .getResponseHeaders()
        .set("Location", "/v2/" + repository + "/blobs/uploads/" + id + "?_state=x");
  }

  private void content(HttpExchange exchange, String repository, String digest) throws IOException {
    if (exchange.getRequestMethod().equals("DELETE")) {
      boolean there = blobs.remove(repository + "@" + digest) != null;
      answer(exchange, there ? 202 : 404, new byte[0]);
      return;
    }
    byte[] content = blobs.get(repository + "@" + digest);
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
    } else if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + content.length);
      exchange.sendResponseHeaders(200, -1);
    } else {
      answer(exchange, 200, content);
    }
  }

  private void manifest(HttpExchange exchange, String repository, String reference)
      throws IOException {
    String key = repository + "@" + reference;
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        byte[] content = exchange.getRequestBody().readAllBytes();
        String text = new String(content, UTF_8);
        if (!refusedManifest.isEmpty() && text.contains(refusedManifest)) {
          String error =
              "{\"errors\":[{\"code\":\"MANIFEST_INVALID\",\"message\":\"not this one\"}]}";
          answer(exchange, 400, error.getBytes(UTF_8));
          return;
        }
        Manifest manifest =
            new Manifest(exchange.getRequestHeaders().getFirst("Content-Type"), content);
        manifests.put(key, manifest);
        manifests.put(repository + "@" + Digest.sha256Of(content), manifest);
        answer(exchange, 201, new byte[0]);
      }
      case "DELETE" -> answer(exchange, manifests.remove(key) == null ? 404 : 202, new byte[0]);
      default -> {
        Manifest found = manifests.get(key);
        if (found == null) {
          exchange.sendResponseHeaders(404, -1);
          return;
        }
        exchange.getResponseHeaders().set("Content-Type", found.mediaType());
        exchange
            .getResponseHeaders()
            .set("Docker-Content-Digest", Digest.sha256Of(found.content()).toString());
        if (exchange.getRequestMethod().equals("HEAD")) {
          exchange.sendResponseHeaders(200, -1);
        } else {
          answer(exchange, 200, found.content());
        }
      }
    }
  }

  private void tags(HttpExchange exchange, String repository) throws IOException {
    List<String> tags = new ArrayList<>();
    for (String key : manifests.keySet()) {
      if (key.startsWith(repository + "@") && key.indexOf(':') < 0) {
        tags.add("\"" + key.substring(repository.length() + 1) + "\"");
      }
    }
    answer(exchange, 200, ("{\"tags\":[" + String.join(",", tags) + "]}").getBytes(UTF_8));
  }

  @Override
  public void close() {
    gate.release(1 << 20);
    server.stop(0);
    threads.shutdownNow();
  }
}
