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

/** Debian's docker-registry as a process: the upstream that Shoal exists to spare. */
public final class CentralRegistry implements AutoCloseable {

  private final Path folder;
  private final Path log;
  private final int port = Ports.free();
  private final HttpClient http = HttpClient.newHttpClient();
  private final AccessLog accessLog;
  private Program program;

  private CentralRegistry(Path folder, Path log) {
    this.folder = folder;
    this.log = log;
    this.accessLog = new AccessLog(folder.resolve("access.log"));
  }

  static CentralRegistry start(Workspace workspace) {
    CentralRegistry registry =
        new CentralRegistry(workspace.folder("registry"), workspace.log("registry"));
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
          """
              .formatted(folder.resolve("storage"), port));
      program =
          Program.start(
              "registry",
              folder.resolve("access.log"),
              log,
              Map.of(),
              List.of(
                  Prerequisites.program("docker-registry").toString(), "serve", config.toString()));
      program.awaitReady(Duration.ofSeconds(10), () -> send(get("/v2/")).statusCode() == 200);
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

  /** Pushes an image over HTTP as any client does. */
  public void push(TestImage image) {
    for (TestImage.Blob blob : image.blobs()) {
      push(image, blob);
    }
    HttpRequest manifest =
        HttpRequest.newBuilder(
                url().resolve("/v2/" + image.repository() + "/manifests/" + image.tag()))
            .header("Content-Type", TestImage.MANIFEST_TYPE)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(image.manifest()))
            .build();
    expect(201, send(manifest));
  }

  private void push(TestImage image, TestImage.Blob blob) {
    HttpRequest open =
        HttpRequest.newBuilder(url().resolve("/v2/" + image.repository() + "/blobs/uploads/"))
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
