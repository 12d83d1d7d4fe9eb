package io.shoal.e2e.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A tracker, an origin and some agents that share a cluster file. */
public final class Cluster implements AutoCloseable {

  /** So many JVMs start at once: a start is mostly waiting for a core, and there are two. */
  private static final int STARTS_AT_ONCE = 6;

  private final Path clusterFile;
  private final ClusterFile file;
  private final ShoalProcess tracker;
  private final ShoalProcess origin;
  private final List<ShoalProcess> agents;

  private Cluster(
      Path clusterFile, ShoalProcess tracker, ShoalProcess origin, List<ShoalProcess> agents) {
    this.clusterFile = clusterFile;
    this.file = ClusterFile.read(clusterFile);
    this.tracker = tracker;
    this.origin = origin;
    this.agents = agents;
  }

  /** One whose agents may fill the runtimes that belong to them by their numbers. */
  static Cluster start(Workspace workspace, Upstreams upstreams, int agentCount) {
    List<ShoalProcess.AgentPlan> plans =
        IntStream.rangeClosed(1, agentCount)
            .mapToObj(i -> new ShoalProcess.AgentPlan("agent-" + i, "", runtimes(workspace, i)))
            .toList();
    return start(workspace, "", upstreams, plans);
  }

  /**
   * Starts one.
   *
   * @param prefix stands before the names of its tracker, its origin and its files
   */
  static Cluster start(
      Workspace workspace, String prefix, Upstreams upstreams, List<ShoalProcess.AgentPlan> plans) {
    Path files = workspace.folder(prefix + "cluster");
    Commands.run(
        ShoalProcess.START_LIMIT,
        Prerequisites.distribution().toString(),
        "cluster",
        "init",
        files.toString());
    ShoalProcess.Site site = new ShoalProcess.Site(workspace, files, PinnedHttp.trusting(files));
    ShoalProcess tracker = ShoalProcess.tracker(site, prefix + "tracker");
    ShoalProcess origin = ShoalProcess.origin(site, prefix + "origin", tracker.url(), upstreams);
    List<ShoalProcess> agents =
        plans.stream()
            .map(plan -> ShoalProcess.agent(site, plan, tracker.url(), origin.url(), upstreams))
            .toList();
    Cluster cluster = new Cluster(files.resolve("cluster.yml"), tracker, origin, agents);
    try {
      List<ShoalProcess> all = cluster.all();
      for (int from = 0; from < all.size(); from += STARTS_AT_ONCE) {
        List<ShoalProcess> few = all.subList(from, Math.min(all.size(), from + STARTS_AT_ONCE));
        few.forEach(ShoalProcess::launch);
        few.forEach(ShoalProcess::awaitReady);
      }
      cluster.awaitFleet();
      return cluster;
    } catch (AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  /** Jobs may fill the runtimes that belong to the agent of this number. */
  private static String runtimes(Workspace workspace, int agent) {
    return """
    prewarm:
      runtimeAccess:
        allow: [docker, containerd]
        dockerSocket: %s
        containerdSocket: %s
    """
        .formatted(
            DockerDaemon.socket(workspace, "docker-" + agent),
            Containerd.socket(workspace, "containerd-" + agent));
  }

  /** The file that every member has. */
  public Path clusterFile() {
    return clusterFile;
  }

  /** What a member knows. */
  public ClusterFile file() {
    return file;
  }

  public ShoalProcess tracker() {
    return tracker;
  }

  public ShoalProcess origin() {
    return origin;
  }

  /** The agent of this number, from 1. */
  public ShoalProcess agent(int number) {
    return agents.get(number - 1);
  }

  public List<ShoalProcess> agents() {
    return agents;
  }

  /**
   * Waits until the tracker knows every agent and the origin, as after a restart of one of them.
   */
  public void awaitFleet() {
    String token = file.apiToken("operator");
    Await.until(
        "all members to be in the tracker's fleet",
        ShoalProcess.START_LIMIT,
        () -> tracker.json("/shoal/v1/fleet", token).path("members").size() == agents.size() + 1);
  }

  /** Whether an agent of this name is in the tracker's fleet. */
  public boolean knows(String node) {
    return tracker
        .json("/shoal/v1/fleet", file.apiToken("operator"))
        .path("members")
        .findValuesAsText("nodeName")
        .contains(node);
  }

  /** Ends all of it without notice: nobody starts it again, and to end in order takes longer. */
  public void kill() {
    all().forEach(ShoalProcess::kill);
  }

  private List<ShoalProcess> all() {
    return Stream.concat(Stream.of(tracker, origin), agents.stream()).toList();
  }

  @Override
  public void close() {
    List<ShoalProcess> lastFirst = new ArrayList<>(all());
    Collections.reverse(lastFirst);
    lastFirst.forEach(ShoalProcess::close);
  }
}
