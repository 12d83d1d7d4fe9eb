package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Debian's docker-registry as a process: the upstream that Shoal exists to spare. */
public final class CentralRegistry implements AutoCloseable {

  private final Path folder;
  private final Path log;
  private final String settings;
  private final int port = Ports.free();
  private final HttpClient http = HttpClient.newHttpClient();
  private final AccessLog accessLog;
  private Program program;

  private CentralRegistry(Path folder, Path log, String settings) {
    this.folder = folder;
    this.log = log;
    this.settings = settings;
    this.accessLog = new AccessLog(folder.resolve("access.log"));
  }

  static CentralRegistry start(Workspace workspace, String name) {
    return start(workspace, name, "");
  }

  /** One with further settings, as lines of its configuration. */
  static CentralRegistry start(Workspace workspace, String name, String settings) {
    CentralRegistry registry =
        new CentralRegistry(workspace.folder(name), workspace.log(name), settings);
    registry.start();
    return registry;
  }

  /** Starts it (again) with what it holds, on the same port. */
  public void start() {
    try {
      Path config = folder.resolve("config.yml");
      Files.writeString(
          config,
          """
          version: 0.1
          log: { level: warn }
          storage: { filesystem: { rootdirectory: %s } }
          http: { addr: "127.0.0.1:%d", secret: e2e }
          validation: { manifests: { urls: { allow: ["^http://127[.]0[.]0[.]1:"] } } }
          %s
          """
              .formatted(storage(), port, settings));
      program =
          Program.start(
              "registry",
              folder.resolve("access.log"),
              log,
              Map.of(),
              List.of(
                  Prerequisites.program("docker-registry").toString(), "serve", config.toString()));
      program.awaitReady(
          Duration.ofSeconds(10), () -> Set.of(200, 401).contains(send(get("/v2/")).statusCode()));
    } catch (IOException e) {
      throw new AssertionError("cannot write the registry's configuration", e);
    }
  }

  /** Takes it down: upstream is unreachable until {@link #start}. */
  public void stop() {
    program.close();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public AccessLog accessLog() {
    return accessLog;
  }

  /** The folder that holds its blobs. */
  Path storage() {
    return folder.resolve("storage");
  }

  /** Pushes an image over HTTP as any client does. */
  public void push(TestImage image) {
    for (TestImage.Blob blob : image.blobs()) {
      if (!blob.isForeign()) {
        push(image.repository(), blob);
      }
    }
    push(image.repository(), image.tag(), image.mediaType(), image.manifest());
  }

  /** Pushes a manifest whose blobs are there. */
  public void push(String repository, String reference, String mediaType, byte[] manifest) {
    HttpRequest put =
        HttpRequest.newBuilder(url().resolve("/v2/" + repository + "/manifests/" + reference))
            .header("Content-Type", mediaType)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(manifest))
            .build();
    expect(201, send(put));
  }

  /** Pushes a blob, under whatever digest it says. */
  public void push(String repository, TestImage.Blob blob) {
    HttpRequest open =
        HttpRequest.newBuilder(url().resolve("/v2/" + repository + "/blobs/uploads/"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> opened = expect(202, send(open));
    String location = opened.headers().firstValue("Location").orElseThrow();
    try {
      HttpRequest put =
          HttpRequest.newBuilder(url().resolve(location + "&digest=" + blob.digest()))
              .header("Content-Type", "application/octet-stream")
              .PUT(HttpRequest.BodyPublishers.ofFile(blob.file()))
              .build();
      expect(201, send(put));
    } catch (IOException e) {
      throw new AssertionError("cannot read " + blob.file(), e);
    }
  }

  /** Moves a blob to where the registry keeps its files, which leaves a sparse one sparse. */
  public void place(String repository, TestImage.Blob blob) {
    Path storage = storage().resolve("docker/registry/v2");
    String hex = blob.hex();
    Path link = storage.resolve("repositories/" + repository + "/_layers/sha256/" + hex + "/link");
    Path data = storage.resolve("blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data");
    try {
      Files.createDirectories(link.getParent());
      Files.writeString(link, blob.digest());
      Files.createDirectories(data.getParent());
      Files.move(blob.file(), data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(url().resolve(path)).build();
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + request, e);
    }
  }

  private static HttpResponse<String> expect(int status, HttpResponse<String> response) {
    if (response.statusCode() != status) {
      throw new AssertionError(
          response.request() + " answered " + response.statusCode() + ": " + response.body());
    }
    return response;
  }

  @Override
  public void close() {
    stop();
    http.close();
  }
}
