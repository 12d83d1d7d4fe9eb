package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What all end-to-end tests share, made on first use and taken down after the last test: the
 * registry, the images in it, the cluster of Shoal's own programs and the daemons that pull through
 * it. Every test that needs a cold cluster pulls an image of its own.
 */
public final class Lab implements AutoCloseable {

  private final Workspace workspace;
  private final ImageFactory factory;
  private final Map<String, TestImage> images = new HashMap<>();
  private final Map<String, DockerDaemon> dockers = new HashMap<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private CentralRegistry registry;
  private CentralRegistry second;
  private Cluster cluster;
  private ShoalImage image;
  private ContainerSite containerSite;

  private Lab(Workspace workspace) {
    this.workspace = workspace;
    this.factory = new ImageFactory(workspace.folder("images"));
  }

  static Lab open() {
    try {
      return new Lab(Workspace.open());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized CentralRegistry registry() {
    if (registry == null) {
      registry = CentralRegistry.start(workspace, "registry");
      open.push(registry);
    }
    return registry;
  }

  /** A registry beside {@link #registry}, which clients call {@link #secondName}. */
  public synchronized CentralRegistry secondRegistry() {
    if (second == null) {
      second = CentralRegistry.start(workspace, "second-registry");
      open.push(second);
    }
    return second;
  }

  public String secondName() {
    return Upstreams.SECOND;
  }

  /** At least 6 layers and 250 MB. */
  public synchronized TestImage largeImage() {
    return images.computeIfAbsent("", any -> pushed(factory.large()));
  }

  /** One layer of some 125 MB and a small one; each name has blobs of its own. */
  public synchronized TestImage mediumImage(String name) {
    return images.computeIfAbsent(name, n -> pushed(factory.medium(n)));
  }

  /** One layer of this many bytes and a small one; each name has blobs of its own. */
  public TestImage randomImage(String name, long bytes) {
    return pushed(factory.random(name, bytes));
  }

  /** A megabyte in two layers; each name has a blob of its own. */
  public TestImage smallImage(String name) {
    return pushed(factory.small(name));
  }

  /** The same for two kinds of machines, of which only one is this. */
  public MultiArchImage multiArchImage(String name) {
    MultiArchImage image =
        MultiArchImage.of(factory.smallOci(name), factory.smallOci(name + "-elsewhere"));
    registry().push(image.here());
    registry().push(image.elsewhere());
    registry()
        .push(image.here().repository(), image.here().tag(), TestImage.INDEX_TYPE, image.index());
    return image;
  }

  /** One layer of noise of this size, and a small one. */
  public TestImage noiseImage(String name, int bytes) {
    return pushed(factory.noise(name, bytes));
  }

  /** Sixty small layers. */
  public TestImage sixtyLayerImage(String name) {
    return pushed(factory.sixtyLayers(name));
  }

  /** One layer, packed with zstd. */
  public TestImage zstdImage(String name) {
    return pushed(factory.zstd(name));
  }

  /** One layer, and one of no bytes. */
  public TestImage emptyBlobImage(String name) {
    return pushed(factory.emptyBlob(name));
  }

  /** One layer, which is at this address only. */
  public TestImage foreignLayerImage(String name, URI address) {
    return pushed(factory.foreignLayer(name, address));
  }

  private TestImage pushed(TestImage image) {
    registry().push(image);
    return image;
  }

  /** Tracker, origin and four agents, all of them up. */
  public synchronized Cluster cluster() {
    if (cluster == null) {
      cluster = Cluster.start(workspace, new Upstreams(registry(), secondRegistry()), 4);
      open.push(cluster);
    }
    return cluster;
  }

  /** The daemon whose mirror is the agent of this number, from 1. */
  public synchronized DockerDaemon docker(int agent) {
    return dockers.computeIfAbsent(
        "docker-" + agent,
        name -> {
          DockerDaemon daemon = startDocker(name, cluster().agent(agent).url());
          open.push(daemon);
          return daemon;
        });
  }

  /** The container image of the distribution under test. */
  public synchronized ShoalImage image() {
    if (image == null) {
      image = ShoalImage.build(workspace.folder("shoal-image").resolve("image.tar.gz"), Map.of());
    }
    return image;
  }

  /** The image, built once more from the same distribution, in this environment. */
  public ShoalImage rebuildImage(Map<String, String> environment, String... options) {
    return ShoalImage.build(
        workspace.folder("shoal-image-again").resolve("image.tar"), environment, options);
  }

  /** Tracker, origin, a registry and four agents, each in a container of its own. */
  public synchronized ContainerSite containerSite() {
    if (containerSite == null) {
      containerSite = ContainerSite.start(workspace, image(), registry());
      open.push(containerSite);
    }
    return containerSite;
  }

  /** A daemon that has nothing yet; the caller closes it. */
  public DockerDaemon startDocker(String name, URI mirror) {
    return DockerDaemon.start(workspace, name, mirror);
  }

  /** A daemon with this configuration, that has nothing yet; the caller closes it. */
  public DockerDaemon startConfiguredDocker(String name, String configuration) {
    return DockerDaemon.start(workspace, name, configuration);
  }

  /** A containerd with CRI on a host of its own, not pointed at anything; the caller closes it. */
  public CriHost startCriHost(String name) {
    return CriHost.start(workspace, name);
  }

  /** A cluster with agents of a test's own; the caller ends it. */
  public Cluster startCluster(String prefix, List<ShoalProcess.AgentPlan> agents) {
    return Cluster.start(workspace, prefix, new Upstreams(registry(), secondRegistry()), agents);
  }

  /** A file system of its own at the folder of the program of this name, which starts later. */
  public SmallDisk smallDisk(String program, int mib) {
    return SmallDisk.mount(workspace.folder(program), mib);
  }

  /** A containerd that has nothing yet; the caller closes it. */
  public Containerd startContainerd(String name, URI mirror) {
    return Containerd.start(workspace, name, mirror);
  }

  /**
   * A node of Kubernetes on which containers of this chart can be run.
   *
   * @param hostPaths folders and files of the node by their path on it
   */
  public KubeNode kubeNode(String name, RenderedChart chart, Map<String, Path> hostPaths) {
    Path files = cluster().clusterFile().getParent();
    return new KubeNode(workspace, name, chart, hostPaths, Map.of("shoal-cluster", files));
  }

  /** The part of a configuration, or of the chart's values, that names the registries. */
  public String upstreams() {
    return new Upstreams(registry(), secondRegistry()).settings();
  }

  /** A cluster that takes pushes; the caller closes it. */
  public PushSite startPushSite(String name) {
    return PushSite.start(workspace, name);
  }

  /** A cluster in front of a registry whose images are private; the caller closes it. */
  public PrivateSite startPrivateSite(String name) {
    return PrivateSite.start(workspace, name);
  }

  /** Podman and skopeo of a user who has nothing yet. */
  public ContainerTools containerTools(String name) {
    return new ContainerTools(workspace.folder(name));
  }

  /** A folder for a test's own files; the name must not have been used before. */
  public Path folder(String name) {
    return workspace.folder(name);
  }

  /** Runs a command of the distribution that must succeed, and returns what it printed. */
  public String shoal(Duration limit, List<String> arguments) {
    return Commands.run(limit, command(arguments).toArray(String[]::new));
  }

  /** Runs a command of the distribution that may fail, and returns how it went. */
  public Commands.Result tryShoal(Duration limit, List<String> arguments) {
    return Commands.tryRun(limit, Map.of(), command(arguments));
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(Prerequisites.distribution().toString()));
    command.addAll(arguments);
    return command;
  }

  /**
   * Asserts that since the mark each blob of the image has left the registry once: the bytes
   * written over all its GETs are its length, and at most a thousandth more.
   */
  public void awaitSentOnce(TestImage image, AccessLog.Mark since) {
    AccessLog log = registry().accessLog();
    for (TestImage.Blob blob : image.blobs()) {
      // The registry writes a line when the answer is over, a moment after the client has it.
      long sent =
          Await.value(
              blob.digest() + " to have left the registry whole",
              Duration.ofSeconds(5),
              () ->
                  Optional.ofNullable(log.blobBytesSince(since).get(blob.digest()))
                      .filter(bytes -> bytes >= blob.bytes()));
      if (sent > blob.bytes() + Math.max(1, blob.bytes() / 1000)) {
        throw new AssertionError(
            blob.digest() + " has " + blob.bytes() + " bytes, but the registry sent " + sent);
      }
    }
  }

  /** Asserts that none of these blobs has left the registry since the mark. */
  public void assertNotSent(TestImage image, AccessLog.Mark since) {
    Map<String, Long> sent = registry().accessLog().blobBytesSince(since);
    for (TestImage.Blob blob : image.blobs()) {
      if (sent.containsKey(blob.digest())) {
        throw new AssertionError(
            "nobody asked for " + blob.digest() + ", but the registry sent it");
      }
    }
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    workspace.close();
  }
}
