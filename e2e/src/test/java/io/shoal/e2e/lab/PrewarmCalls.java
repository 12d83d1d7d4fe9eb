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
import java.util.regex.Pattern;

/** {@code shoal prewarm ...} against the tracker of one cluster. */
public final class PrewarmCalls {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Lab lab;
  private final Cluster cluster;
  private int calls;

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

  /** Starts one, to be looked at while it runs; the caller closes it. */
  public Running start(String... arguments) {
    Path log = lab.folder("prewarm").resolve("calls-" + calls++ + ".log");
    // A build in the background has SIGINT ignored, and its children would inherit that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(Prerequisites.distribution().toString());
    command.addAll(command(arguments));
    return new Running(Program.start("prewarm", log, Map.of(), command), log);
  }

  /** One that runs. */
  public record Running(Program program, Path log) implements AutoCloseable {

    /** Waits until it has printed something that looks like this. */
    public void awaitOutput(String pattern) {
      Pattern sign = Pattern.compile(pattern);
      program.awaitReady(LIMIT, () -> sign.matcher(Files.readString(log)).find());
    }

    /** Ends it as Ctrl-C does. */
    public Commands.Result interrupt() {
      Commands.run(STOP_LIMIT, "kill", "-INT", Long.toString(program.pid()));
      return awaitEnd();
    }

    /** Waits until it has ended. */
    public Commands.Result awaitEnd() {
      int status = program.awaitEnd(LIMIT);
      try {
        return new Commands.Result(status, Files.readString(log), "");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      program.close();
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
