package io.shoal.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.ConfigLoader;
import io.shoal.core.content.Digest;
import io.shoal.origin.OriginConfig;
import io.shoal.origin.OriginServer;
import io.shoal.proxy.ProxyConfig;
import io.shoal.proxy.ProxyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry-proxy and an origin that keeps what is pushed, both as they run. */
@Timeout(60)
abstract class PushFixture {

  static final String REPOSITORY = "/v2/registry.test/team/app";
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final byte[] LARGE = random(3_000_000);
  static final byte[] SMALL = random(1000);

  @TempDir Path dir;

  private final HttpClient client = HttpClient.newHttpClient();
  OriginServer origin;
  ProxyServer proxy;

  static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  /** The origin's and the proxy's. */
  String upstreams() {
    return "{default: registry.test, allow: [other.test]}";
  }

  /** Where pushes go. */
  String target() {
    return "{mode: standalone}";
  }

  /** Further settings of pushes. */
  String limits() {
    return "longestPause: 100ms";
  }

  @BeforeEach
  void start() throws Exception {
    ClusterFolder.init(dir.resolve("cluster"));
    startOrigin();
    startProxy();
  }

  void startOrigin() throws Exception {
    Path yaml = dir.resolve("origin.yml");
    Files.writeString(
        yaml,
        """
        listen: 127.0.0.1:%d
        peer: {listen: "127.0.0.1:0"}
        signingKey: %s
        store: {dir: %s, shareOfDisk: 0.9, keepFree: 0.01}
        upstreams: %s
        push: {registries: {registry.test: %s}, delete: true, maxBlob: 4MiB, maxUploads: 3, %s}
        tags: {ttl: 0s}
        shutdown: {grace: 1s}
        """
            .formatted(
                origin == null ? 0 : origin.port(),
                ClusterFolder.in(dir.resolve("cluster")).signingKey(),
                dir.resolve("store"),
                upstreams(),
                target(),
                limits()));
    origin =
        OriginServer.start(
            ConfigLoader.load(
                OriginConfig.class, OriginConfig.ENV_PREFIX, Optional.of(yaml), Map.of()),
            true);
  }

  void startProxy() throws Exception {
    Path yaml = dir.resolve("proxy.yml");
    Files.writeString(
        yaml,
        """
        listen: 127.0.0.1:0
        origins: ["http://127.0.0.1:%d"]
        upstreams: %s
        push: {enabled: true}
        """
            .formatted(origin.port(), upstreams()));
    proxy =
        ProxyServer.start(
            ConfigLoader.load(
                ProxyConfig.class, "SHOAL_REGISTRY_PROXY", Optional.of(yaml), Map.of()),
            true);
  }

  @AfterEach
  void stop() {
    proxy.close();
    origin.close();
    client.close();
  }

  HttpResponse<byte[]> send(String method, String address, BodyPublisher body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + address))
            .method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> send(String method, String address) throws Exception {
    return send(method, address, BodyPublishers.noBody());
  }

  static BodyPublisher bytes(byte[] content) {
    return BodyPublishers.ofByteArray(content);
  }

  /** Without a length, as docker push sends it. */
  static BodyPublisher stream(byte[] content) {
    return BodyPublishers.fromPublisher(bytes(content));
  }

  static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  static void assertError(HttpResponse<byte[]> response, int status, String code) {
    assertThat(new String(response.body(), UTF_8)).contains("\"code\":\"" + code + "\"");
    assertThat(response.statusCode()).isEqualTo(status);
  }

  String begin() throws Exception {
    HttpResponse<byte[]> response = send("POST", REPOSITORY + "/blobs/uploads/");
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(header(response, "OCI-Chunk-Min-Length")).isNotEmpty();
    return header(response, "Location");
  }

  static String digestOf(byte[] content) {
    return Digest.sha256Of(content).toString();
  }

  HttpResponse<byte[]> finish(String upload, byte[] content, String digest) throws Exception {
    return send("PUT", upload + "?digest=" + digest, bytes(content));
  }

  void push(byte[] content) throws Exception {
    assertThat(finish(begin(), content, digestOf(content)).statusCode()).isEqualTo(201);
  }

  byte[] pulled(byte[] content) throws Exception {
    return send("GET", REPOSITORY + "/blobs/" + digestOf(content)).body();
  }

  long filesIn(String folder) throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("store").resolve(folder))) {
      return files.count();
    }
  }

  /** What has arrived of the only upload. */
  long uploadedBytes() throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("store").resolve("uploads"))) {
      return files
          .filter(file -> file.toString().endsWith(".bytes"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  byte[] manifest(String more) throws Exception {
    push(SMALL);
    return manifestOfSmall(more);
  }

  static byte[] manifestOfSmall(String more) {
    return """
    {"schemaVersion":2,"mediaType":"%s",%s
     "config":{"mediaType":"application/vnd.test.config","digest":"%s","size":1000},"layers":[]}
    """
        .formatted(MANIFEST, more, digestOf(SMALL))
        .getBytes(UTF_8);
  }

  /** Waits for what happens by itself, until the test's time is over. */
  static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      LockSupport.parkNanos(5_000_000);
    }
  }

  HttpResponse<byte[]> get(String address) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
    return client.send(request, BodyHandlers.ofByteArray());
  }

  /** A value of the origin's metrics. */
  String metric(String name) throws Exception {
    byte[] all = get("http://127.0.0.1:" + origin.port() + "/metrics").body();
    return new String(all, UTF_8)
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }

  HttpResponse<byte[]> putManifest(String reference, byte[] content) throws Exception {
    return send(
        "PUT", REPOSITORY + "/manifests/" + reference, bytes(content), "Content-Type", MANIFEST);
  }
}
