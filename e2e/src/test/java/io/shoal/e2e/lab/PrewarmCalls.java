package io.shoal.e2e.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code shoal prewarm ...} against the tracker of one cluster. */
public final class PrewarmCalls {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Lab lab;
  private final Cluster cluster;

  /** Calls that are about this cluster. */
  public PrewarmCalls(Lab lab, Cluster cluster) {
    this.lab = lab;
    this.cluster = cluster;
  }

  /** One that must succeed; what it printed. */
  public String run(String... arguments) {
    return lab.shoal(LIMIT, command(arguments));
  }

  /** One that may fail. */
  public Commands.Result tryRun(String... arguments) {
    return lab.tryShoal(LIMIT, command(arguments));
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("prewarm"));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "--tracker",
            cluster.tracker().url().toString(),
            "--cluster",
            cluster.clusterFile().toString()));
    return command;
  }
}
