package io.shoal.e2e.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Network.Ipam;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;

/**
 * A cluster of containers made from the image, as the chart runs them: no root, no capabilities, a
 * read-only root file system. Tracker, origin and agents share the network {@code cluster}; origin
 * and agents reach the central registry, which is a container too, over the network {@code
 * outside}. Neither network leads anywhere else.
 */
public final class ContainerSite implements AutoCloseable {

  private static final int AGENTS = 4;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the origin fetches at most: a pull takes long enough for something to happen in it. */
  private static final String UPSTREAM_RATE = "8MB/s";

  private final Workspace workspace;
  private final DockerDaemon daemon;
  private final Path folder;
  private final Network cluster;
  private final Network outside;
  private final ClusterFile file;
  private final Member registry;
  private final ShoalContainer tracker;
  private final ShoalContainer origin;
  private final List<ShoalContainer> agents;

  private ContainerSite(Workspace workspace, DockerDaemon daemon, Path storage) {
    this.workspace = workspace;
    this.daemon = daemon;
    this.folder = workspace.folder("site");
    this.cluster = network("10.77.1");
    this.outside = network("10.77.2");
    this.file = initCluster();
    this.registry =
        RegistryContainer.of(
            RegistryContainer.image(),
            storage,
            new Member.Place(outside, "registry", "10.77.2.12"));
    this.tracker =
        role(
            "tracker",
            "tracker",
            List.of(new Member.Place(cluster, "tracker", "10.77.1.10")),
            """
            serverKey: /etc/shoal/cluster/server.pem
            listen: 0.0.0.0:4620
            heartbeat: 2s
            """);
    this.origin =
        role(
            "origin",
            "origin",
            places("origin", 11),
            """
            serverKey: /etc/shoal/cluster/server.pem
            signingKey: /etc/shoal/cluster/origin.key
            listen: 0.0.0.0:4630
            peer: {listen: "0.0.0.0:4631", advertise: 10.77.1.11}
            tracker: https://tracker:4620
            rates: {upstream: %s}
            %s
            """
                .formatted(UPSTREAM_RATE, upstream()));
    this.agents =
        IntStream.rangeClosed(1, AGENTS)
            .mapToObj(number -> newAgent("agent-" + number, 20 + number))
            .toList();
  }

  static ContainerSite start(Workspace workspace, ShoalImage image, CentralRegistry content) {
    DockerDaemon daemon = DockerDaemon.startInOwnNetwork(workspace, "docker-site");
    LabDockerStrategy.use(DockerDaemon.socket(workspace, "docker-site"));
    try (InputStream archive = Files.newInputStream(image.archive())) {
      removeLabelled();
      Member.docker().loadImageCmd(archive).exec();
      ContainerSite site = new ContainerSite(workspace, daemon, content.storage());
      Startables.deepStart(site.all()).join();
      site.awaitFleet();
      return site;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException | AssertionError e) {
      removeLabelled();
      daemon.close();
      throw e;
    }
  }

  private static Network network(String prefix) {
    return Network.builder()
        .createNetworkCmdModifier(create ->
            create
                .withInternal(true)
                .withLabels(Map.of(Member.LABEL, prefix))
                .withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(prefix + ".0/24"))))
        .build();
  }

  private static List<Member.Place> both(Network cluster, Network outside, String alias, int host) {
    return List.of(
        new Member.Place(cluster, alias, "10.77.1." + host),
        // No name: nobody finds a member of the cluster on this side.
        new Member.Place(outside, alias + "-outside", "10.77.2." + host));
  }

  private List<Member.Place> places(String alias, int host) {
    return both(cluster, outside, alias, host);
  }

  /** The first command of every installation, by a container of the image. */
  private ClusterFile initCluster() {
    Path files = ShoalContainer.ownedByUser(folder.resolve("etc"));
    try (Member init =
        new ShoalContainer(
                "shoal", "cluster-init", List.of(new Member.Place(cluster, "init", "10.77.1.9")))
            .bind(files, "/etc/shoal")) {
      init.withCommand("cluster", "init", "/etc/shoal/cluster")
          .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(LIMIT))
          .start();
    }
    return ClusterFile.read(files.resolve("cluster/cluster.yml"));
  }

  private static String upstream() {
    return "upstreams: {registries: {docker.io: {url: 'http://registry:5000'}}}";
  }

  private ShoalContainer newAgent(String name, int host) {
    return role(
        "agent",
        name,
        places(name, host),
        """
        listen: 0.0.0.0:4600
        peer: {listen: "0.0.0.0:4610", advertise: 10.77.1.%d}
        node: {name: %s}
        tracker: https://tracker:4620
        origins: ["https://origin:4630"]
        %s
        """
            .formatted(host, name, upstream()));
  }

  private ShoalContainer role(
      String role, String name, List<Member.Place> places, String settings) {
    Path store = ShoalContainer.ownedByUser(folder.resolve(name));
    Path config = folder.resolve("etc/" + name + ".yml");
    try {
      Files.writeString(
          config,
          settings
              + "cluster: /etc/shoal/cluster/cluster.yml\nstore: {dir: /var/lib/shoal/store}\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ShoalContainer container =
        new ShoalContainer(role, name, places)
            .bindReadOnly(folder.resolve("etc"), "/etc/shoal")
            .bind(store, "/var/lib/shoal");
    container
        .withCommand("--config", "/etc/shoal/" + name + ".yml")
        .withLogConsumer(frame -> append(workspace.log("container-" + name), frame))
        .waitingFor(Wait.forLogMessage(".* listens on .*", 1).withStartupTimeout(LIMIT));
    return container;
  }

  private static void append(Path log, OutputFrame frame) {
    try {
      Files.writeString(
          log, frame.getUtf8String(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The network of tracker, origin and agents. */
  public Network cluster() {
    return cluster;
  }

  /** The agent of this number, from 1. */
  public ShoalContainer agent(int number) {
    return agents.get(number - 1);
  }

  public List<ShoalContainer> agents() {
    return agents;
  }

  /** One more agent, not started; the caller closes it. */
  public ShoalContainer anotherAgent(String name) {
    return newAgent(name, 40);
  }

  /** The container of this role: the last agent, for an agent. */
  public Member member(Role role) {
    return switch (role) {
      case REGISTRY -> registry;
      case TRACKER -> tracker;
      case ORIGIN -> origin;
      case AGENT -> agents.getLast();
    };
  }

  /** What a container is there for. */
  public enum Role {
    REGISTRY,
    TRACKER,
    ORIGIN,
    AGENT
  }

  /** How a container is lost. */
  public enum Loss {
    KILLED,
    CUT_OFF
  }

  /** Loses it. An agent that is cut off from the cluster still reaches the registry. */
  public void lose(Role role, Loss loss) {
    Member member = member(role);
    if (loss == Loss.KILLED) {
      member.kill();
    } else {
      if (role != Role.REGISTRY) {
        member.cutOff(cluster);
      }
      if (role == Role.REGISTRY || role == Role.ORIGIN) {
        member.cutOff(outside);
      }
    }
  }

  /** Brings it back, and waits until the cluster is whole. */
  public void bringBack(Role role) {
    member(role).bringBack();
    awaitFleet();
  }

  /** Waits until the tracker knows every agent and the origin. */
  private void awaitFleet() {
    String token = file.apiToken("operator");
    Await.until(
        "all members to be in the tracker's fleet",
        LIMIT,
        () ->
            JSON.readTree(tracker.get("https://127.0.0.1:4620/shoal/v1/fleet", token))
                    .path("members")
                    .size()
                == AGENTS + 1);
  }

  private List<Member> all() {
    return Stream.concat(Stream.of(registry, tracker, origin), agents.stream()).toList();
  }

  /** Whatever became of the objects that stand for them: nothing with the label stays. */
  private static void removeLabelled() {
    DockerClient docker = Member.docker();
    List<CompletableFuture<Void>> removals = new ArrayList<>();
    docker
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(List.of(Member.LABEL))
        .exec()
        .stream()
        .map(container -> container.getId())
        .forEach(id ->
            removals.add(
                CompletableFuture.runAsync(
                    () -> docker.removeContainerCmd(id).withForce(true).exec())));
    removals.forEach(CompletableFuture::join);
    docker.listNetworksCmd().exec().stream()
        .filter(network -> network.getLabels().containsKey(Member.LABEL))
        .forEach(network -> docker.removeNetworkCmd(network.getId()).exec());
  }

  @Override
  public void close() {
    removeLabelled();
    daemon.close();
  }
}
