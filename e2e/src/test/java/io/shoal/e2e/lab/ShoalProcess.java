package io.shoal.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of Shoal's own programs, started from the built distribution with a configuration file of its
 * own. It keeps its ports and its store when it is started again.
 */
public final class ShoalProcess implements AutoCloseable {

  /**
   * A JVM needs about two seconds of a processor until it serves. A machine with two slow ones that
   * others use as well takes a minute for half a dozen that start at once, and now and then two.
   */
  static final Duration START_LIMIT = Duration.ofSeconds(150);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the programs of one cluster have in common. */
  record Site(Workspace workspace, Path clusterFiles, PinnedHttp http) {}

  private final Site site;
  private final String name;
  private final String command;
  private final URI url;
  private final int peerPort;
  private final Path folder;
  private final String config;
  private Program program;

  private ShoalProcess(
      Site site, String name, String command, URI url, int peerPort, Path folder, String config) {
    this.site = site;
    this.name = name;
    this.command = command;
    this.url = url;
    this.peerPort = peerPort;
    this.folder = folder;
    this.config = config;
  }

  static ShoalProcess tracker(Site site, String name) {
    int port = Ports.free();
    Path folder = site.workspace().folder(name);
    String config =
        """
        listen: 127.0.0.1:%d
        cluster: %s
        serverKey: %s
        heartbeat: 2s
        store:
          dir: %s
        """
            .formatted(
                port,
                site.clusterFiles().resolve("cluster.yml"),
                site.clusterFiles().resolve("server.pem"),
                folder.resolve("store"));
    return new ShoalProcess(site, name, "tracker", https(port), 0, folder, config);
  }

  static ShoalProcess origin(Site site, String name, URI tracker, Upstreams upstreams) {
    int port = Ports.free();
    int peerPort = Ports.free();
    Path folder = site.workspace().folder(name);
    String config =
        """
        listen: 127.0.0.1:%d
        peer:
          listen: 127.0.0.1:%d
        tracker: %s
        cluster: %s
        serverKey: %s
        signingKey: %s
        tags:
          ttl: 1s
        store:
          dir: %s
        %s
        """
            .formatted(
                port,
                peerPort,
                tracker,
                site.clusterFiles().resolve("cluster.yml"),
                site.clusterFiles().resolve("server.pem"),
                site.clusterFiles().resolve("origin.key"),
                folder.resolve("store"),
                upstreams.settings());
    return new ShoalProcess(site, name, "origin", https(port), peerPort, folder, config);
  }

  /**
   * What is special about an agent.
   *
   * @param name of its node
   * @param labels of its node, as in {@code zone: a}
   * @param settings more of its configuration, in YAML
   */
  public record AgentPlan(String name, String labels, String settings) {}

  static ShoalProcess agent(
      Site site, AgentPlan plan, URI tracker, URI origin, Upstreams upstreams) {
    int port = Ports.free();
    int peerPort = Ports.free();
    Path folder = site.workspace().folder(plan.name());
    String config =
        """
        listen: 127.0.0.1:%d
        peer:
          listen: 127.0.0.1:%d
        node:
          name: %s
          labels: {%s}
        tracker: %s
        origins: ["%s"]
        cluster: %s
        store:
          dir: %s
        %s
        """
                .formatted(
                    port,
                    peerPort,
                    plan.name(),
                    plan.labels(),
                    tracker,
                    origin,
                    site.clusterFiles().resolve("cluster.yml"),
                    folder.resolve("store"),
                    upstreams.settings())
            + plan.settings();
    return new ShoalProcess(
        site,
        plan.name(),
        "agent",
        URI.create("http://127.0.0.1:" + port),
        peerPort,
        folder,
        config);
  }

  /** A program with a configuration of the test's own. */
  static ShoalProcess of(
      Site site, String name, String command, URI url, int peerPort, String config) {
    Path folder = site.workspace().folder(name);
    return new ShoalProcess(site, name, command, url, peerPort, folder, config);
  }

  private static URI https(int port) {
    return URI.create("https://127.0.0.1:" + port);
  }

  /** Starts it and waits until it says that it is ready. */
  public void start() {
    launch();
    awaitReady();
  }

  /** Starts it with these environment variables beside the configuration file. */
  public void start(Map<String, String> environment) {
    launch(environment);
    awaitReady();
  }

  void launch() {
    launch(Map.of());
  }

  private void launch(Map<String, String> environment) {
    Path file = folder.resolve(name + ".yml");
    try {
      Files.writeString(file, config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    program =
        Program.start(
            name,
            site.workspace().log(name),
            environment,
            List.of(Prerequisites.distribution().toString(), command, "--config", file.toString()));
  }

  void awaitReady() {
    program.awaitReady(
        START_LIMIT, () -> site.http().get(url.resolve("/health/ready"), "").statusCode() == 200);
  }

  public String name() {
    return name;
  }

  public URI url() {
    return url;
  }

  /** Where it listens for links of peers. */
  public int peerPort() {
    return peerPort;
  }

  /** Its blobs on disk. */
  public Path store() {
    return folder.resolve("store");
  }

  public PinnedHttp http() {
    return site.http();
  }

  /** Ends it without notice (SIGKILL). */
  public void kill() {
    program.kill();
  }

  /** Lets it hang (SIGSTOP) until {@link #thaw}. */
  public void freeze() {
    signal("STOP");
  }

  /** Lets it go on. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    Commands.run(STOP_LIMIT, "kill", "-" + name, Long.toString(program.pid()));
  }

  /** Asks it to end (SIGTERM), and expects that it does so in order. */
  public void stop() {
    int status = program.terminate(STOP_LIMIT);
    // 143 is how a JVM that was asked by SIGTERM says that it ended.
    if (status != 0 && status != 143) {
      throw new AssertionError(name + " ended with status " + status + "\n" + program.tail());
    }
  }

  /** Answer of its API as JSON. */
  public JsonNode json(String path) {
    return json(path, "");
  }

  /** Answer of its API, given to who shows this token, as JSON. */
  JsonNode json(String path, String token) {
    return Await.value(
        "an answer of " + name + " to " + path,
        Duration.ofSeconds(10),
        () -> {
          HttpResponse<String> answer = site.http().get(url.resolve(path), token);
          if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode() + ": " + answer.body());
          }
          return Optional.of(JSON.readTree(answer.body()));
        });
  }

  /** Bytes that came to this agent since its start, by source. */
  public Sources sources() {
    JsonNode bytes = json("/shoal/v1/stats").path("bytes");
    return new Sources(
        bytes.path("upstream").asLong(),
        bytes.path("origin").asLong(),
        bytes.path("peer").asLong());
  }

  /** Bytes by where they came from. */
  public record Sources(long upstream, long origin, long peer) {
    public Sources minus(Sources earlier) {
      return new Sources(upstream - earlier.upstream, origin - earlier.origin, peer - earlier.peer);
    }

    public long total() {
      return upstream + origin + peer;
    }
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
  }
}
