package io.shoal.e2e.lab;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An origin, an agent and a registry-proxy of a test's own, without a tracker: the agent gets all
 * from the origin.
 */
final class SmallCluster implements AutoCloseable {

  private static final Duration INIT_LIMIT = Duration.ofSeconds(60);

  private final ShoalProcess origin;
  private final ShoalProcess agent;
  private final ShoalProcess proxy;

  private SmallCluster(ShoalProcess origin, ShoalProcess agent, ShoalProcess proxy) {
    this.origin = origin;
    this.agent = agent;
    this.proxy = proxy;
  }

  /**
   * Starts it.
   *
   * @param ofAll lines of every configuration
   * @param ofOrigin further lines of the origin's
   * @param ofProxy further lines of the proxy's
   */
  static SmallCluster start(
      Workspace workspace, String name, String ofAll, String ofOrigin, String ofProxy) {
    Path files = workspace.folder(name + "-cluster");
    Commands.run(
        INIT_LIMIT, Prerequisites.distribution().toString(), "cluster", "init", files.toString());
    ShoalProcess.Site site = new ShoalProcess.Site(workspace, files, PinnedHttp.trusting(files));
    String cluster = "cluster: " + files.resolve("cluster.yml") + "\n" + ofAll;
    ShoalProcess origin = origin(site, name, cluster + "\n" + ofOrigin);
    URI agentUrl = URI.create("http://127.0.0.1:" + Ports.free());
    int agentPeer = Ports.free();
    String origins = "origins: [\"" + origin.url() + "\"]\n";
    ShoalProcess agent =
        ShoalProcess.of(
            site,
            name + "-agent",
            "agent",
            agentUrl,
            agentPeer,
            """
            listen: %s
            peer: {listen: "127.0.0.1:%d"}
            store: {dir: %s}
            %s
            """
                .formatted(
                    agentUrl.getAuthority(),
                    agentPeer,
                    workspace.folder(name + "-agent").resolve("store"),
                    origins + cluster));
    URI proxyUrl = URI.create("http://127.0.0.1:" + Ports.free());
    ShoalProcess proxy =
        ShoalProcess.of(
            site,
            name + "-proxy",
            "registry-proxy",
            proxyUrl,
            0,
            "listen: " + proxyUrl.getAuthority() + "\n" + origins + cluster + "\n" + ofProxy);
    SmallCluster started = new SmallCluster(origin, agent, proxy);
    try {
      started.all().forEach(ShoalProcess::launch);
      started.all().forEach(ShoalProcess::awaitReady);
      return started;
    } catch (AssertionError e) {
      started.close();
      throw e;
    }
  }

  private static ShoalProcess origin(ShoalProcess.Site site, String name, String settings) {
    URI url = URI.create("https://127.0.0.1:" + Ports.free());
    int peerPort = Ports.free();
    String config =
        """
        listen: %s
        peer: {listen: "127.0.0.1:%d"}
        serverKey: %s
        signingKey: %s
        store: {dir: %s}
        tags: {ttl: 0s}
        %s
        """
            .formatted(
                url.getAuthority(),
                peerPort,
                site.clusterFiles().resolve("server.pem"),
                site.clusterFiles().resolve("origin.key"),
                site.workspace().folder(name + "-origin").resolve("store"),
                settings);
    return ShoalProcess.of(site, name + "-origin", "origin", url, peerPort, config);
  }

  ShoalProcess origin() {
    return origin;
  }

  ShoalProcess agent() {
    return agent;
  }

  ShoalProcess proxy() {
    return proxy;
  }

  private List<ShoalProcess> all() {
    return List.of(origin, agent, proxy);
  }

  @Override
  public void close() {
    all().forEach(ShoalProcess::close);
  }
}
