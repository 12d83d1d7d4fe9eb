package io.shoal.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code shoal prewarm ...} against the tracker of one cluster. */
public final class PrewarmCalls {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

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

  /** Runs one until its output has this text, and then interrupts it as Ctrl-C does. */
  public Commands.Result interrupted(String sign, String... arguments) {
    Path log = lab.folder("interrupted").resolve("prewarm.log");
    // A build in the background has SIGINT ignored, and its children would inherit that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(Prerequisites.distribution().toString());
    command.addAll(command(arguments));
    try (Program program = Program.start("prewarm", log, Map.of(), command)) {
      program.awaitReady(LIMIT, () -> Files.readString(log).contains(sign));
      Commands.run(STOP_LIMIT, "kill", "-INT", Long.toString(program.pid()));
      int status = program.awaitEnd(STOP_LIMIT);
      return new Commands.Result(status, Files.readString(log), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The job as the tracker's API shows it. */
  public JsonNode job(String id) {
    return cluster.tracker().json("/shoal/v1/jobs/" + id, cluster.file().apiToken("operator"));
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
