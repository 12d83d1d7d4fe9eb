package io.shoal.cli.dev.cluster;

import io.shoal.cli.dev.registry.RegistryCommand;
import io.shoal.cli.dev.report.SourceBytes;
import io.shoal.cli.layout.OciLayout;
import io.shoal.cli.process.ChildProcess;
import io.shoal.cli.process.ChildProcesses;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.core.units.ByteRate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A whole cluster on this machine: tracker, origin, agents and perhaps the built-in registry, each
 * its own process.
 */
public final class DevCluster implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  /** A start is mostly waiting for a processor: of many at once none serves within the limit. */
  private static final int STARTS_AT_ONCE = 6;

  private static final Duration READY_POLL = Duration.ofMillis(50);
  private static final String BUILT_IN_REPOSITORY = "shoal/demo";
  private static final String BUILT_IN_TAG = "latest";
  private static final String WARM_UP_TAG = "warm-up";

  private final ChildProcesses processes;
  private final WorkFolder work;
  private final ClusterFolder folder;
  private final ServiceCounters counters;
  private final List<Agent> agents = new ArrayList<>();
  private OptionalInt registryPort = OptionalInt.empty();
  private int trackerPort;
  private int originPort;

  /**
   * How it shall be.
   *
   * @param agents how many
   * @param zones among which they are dealt
   * @param upstreamRate limit of the origin's fetching
   * @param originRate limit of what the origin sends to agents
   * @param agentRate limit of each agent, in each direction
   */
  public record Shape(
      int agents,
      List<String> zones,
      Optional<ByteRate> upstreamRate,
      Optional<ByteRate> originRate,
      Optional<ByteRate> agentRate) {

    private Optional<String> zone(int agent) {
      return zones.isEmpty()
          ? Optional.empty()
          : Optional.of(zones.get((agent - 1) % zones.size()));
    }
  }

  /** An agent that serves. */
  public record Agent(String name, URI uri) {
    /** Host and port, as {@code docker pull} wants them. */
    public String host() {
      return uri.getRawAuthority();
    }
  }

  private DevCluster(ChildProcesses processes, WorkFolder work, ClusterFolder folder)
      throws IOException {
    this.processes = processes;
    this.work = work;
    this.folder = folder;
    this.counters = new ServiceCounters(ClusterFile.read(folder.clusterFile()));
  }

  /**
   * Makes a cluster whose processes are started by the next calls.
   *
   * @param processes starts them, and ends them when this cluster is closed
   */
  public static DevCluster in(WorkFolder work, ChildProcesses processes) throws IOException {
    return new DevCluster(processes, work, ClusterFolder.init(work.path().resolve("cluster")));
  }

  /** Starts the built-in registry with the image to pull and the one to warm up with. */
  public UpstreamImage startRegistry(OciLayout image, OciLayout warmUp)
      throws IOException, InterruptedException {
    Map<String, OciLayout> images = Map.of(BUILT_IN_TAG, image, WARM_UP_TAG, warmUp);
    ChildProcess registry =
        processes.start("registry", RegistryCommand.arguments(BUILT_IN_REPOSITORY, images));
    int port = registry.awaitPort(START_LIMIT);
    registryPort = OptionalInt.of(port);
    return UpstreamImage.of(
        URI.create("http://127.0.0.1:" + port), BUILT_IN_REPOSITORY + ":" + BUILT_IN_TAG);
  }

  /** The image to warm up with, if the built-in registry is upstream. */
  public Optional<UpstreamImage> warmUp() {
    return registryPort.isPresent()
        ? Optional.of(
            UpstreamImage.of(
                URI.create("http://127.0.0.1:" + registryPort.getAsInt()),
                BUILT_IN_REPOSITORY + ":" + WARM_UP_TAG))
        : Optional.empty();
  }

  /** Starts tracker, origin and agents, and returns when all are ready. */
  public void startServers(UpstreamImage upstream, Shape shape)
      throws IOException, InterruptedException {
    ConfigFiles files = new ConfigFiles(work.config(), work.stores(), folder, upstream);
    ChildProcess tracker = server("tracker", "tracker", files.tracker());
    trackerPort = tracker.awaitPort(START_LIMIT);
    ChildProcess origin =
        server(
            "origin",
            "origin",
            files.origin(trackerPort, shape.upstreamRate(), shape.originRate()));
    originPort = origin.awaitPort(START_LIMIT);
    List<ChildProcess> started = new ArrayList<>();
    for (int i = 1; i <= shape.agents(); i++) {
      String name = "agent-" + i;
      Path file = files.agent(name, shape.zone(i), trackerPort, originPort, shape.agentRate());
      started.add(server("agent", name, file));
      if (i % STARTS_AT_ONCE == 0) {
        awaitPorts(started);
      }
    }
    awaitReady(tracker, true, trackerPort);
    awaitReady(origin, true, originPort);
    for (ChildProcess agent : started) {
      int port = agent.awaitPort(START_LIMIT);
      awaitReady(agent, false, port);
      agents.add(new Agent(agent.name(), URI.create("http://127.0.0.1:" + port)));
    }
    new WayToUpstream(upstream).check(agents);
  }

  /** The agents, in order. */
  public List<Agent> agents() {
    return List.copyOf(agents);
  }

  /** The numbers of all processes. */
  public List<Long> pids() {
    return processes.all().stream().map(ChildProcess::pid).toList();
  }

  /** The tracker's address. */
  public URI tracker() {
    return URI.create("https://127.0.0.1:" + trackerPort);
  }

  /** The file that makes a process a member. */
  public Path clusterFile() {
    return folder.clusterFile();
  }

  /** The processes that ended though nobody told them to. */
  public List<ChildProcess> ended() {
    return processes.ended();
  }

  /** Where an agent's bytes came from since its start. */
  public SourceBytes received(Agent agent) throws IOException {
    return counters.agent(agent.uri().getPort());
  }

  /** What left the central registry since the start: its own count, else the origin's. */
  public long upstreamBytes() throws IOException {
    return registryPort.isPresent()
        ? counters.registrySent(registryPort.getAsInt())
        : counters.originReceived(originPort);
  }

  /** What left the origin since its start. */
  public long originBytes() throws IOException {
    return counters.originSent(originPort);
  }

  @Override
  public void close() {
    counters.close();
    processes.close();
  }

  private static void awaitPorts(List<ChildProcess> started)
      throws IOException, InterruptedException {
    for (ChildProcess process : started) {
      process.awaitPort(START_LIMIT);
    }
  }

  private ChildProcess server(String command, String name, Path config) throws IOException {
    return processes.start(name, List.of(command, "--config", config.toString()));
  }

  private void awaitReady(ChildProcess process, boolean overTls, int port)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!counters.ready(overTls, port)) {
      if (!process.alive() || System.nanoTime() > deadline) {
        throw new IOException(
            process.name() + " serves but does not become ready; see " + process.log());
      }
      Thread.sleep(READY_POLL);
    }
  }
}
