package io.shoal.cli.prewarm;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.prewarm.JobClient;
import io.shoal.client.prewarm.JobRefusedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which tracker, and how to be let in. */
final class TrackerOptions {

  private static final int UNAUTHORIZED = 401;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  @Option(
      names = "--tracker",
      paramLabel = "URL",
      description = "The tracker, e.g. https://tracker:4620.")
  private @Nullable URI tracker;

  @Option(names = "--cluster", paramLabel = "FILE", description = "The cluster file, cluster.yml.")
  private @Nullable Path cluster;

  @Option(names = "--insecure", description = "The cluster runs without protection.")
  private boolean insecure;

  /** One question to the tracker. */
  interface Question<T> {
    T ask(JobClient jobs) throws IOException;
  }

  JobClient client() {
    if (tracker == null) {
      throw UserError.unusable("name the tracker with --tracker URL, e.g. https://tracker:4620");
    }
    if (cluster == null && !insecure) {
      throw UserError.unusable(
          "name the cluster file with --cluster FILE, or say --insecure for a cluster without one");
    }
    try {
      ClusterFile file = ClusterFile.load(Optional.ofNullable(cluster), insecure);
      return new JobClient(PinnedClient.forOperator(file), tracker);
    } catch (IOException e) {
      throw UserError.unusable(Causes.text(e));
    }
  }

  /** Asks once. */
  <T> T ask(Question<T> question) {
    try {
      return question.ask(client());
    } catch (IOException | IllegalArgumentException e) {
      throw failed(e);
    }
  }

  /** What to tell the operator when the tracker did not answer as hoped. */
  UserError failed(Exception e) {
    if (!(e instanceof JobRefusedException refused)) {
      return UserError.failed("the tracker at " + tracker + " gives no answer: " + Causes.text(e));
    }
    if (refused.status() == UNAUTHORIZED) {
      return UserError.unusable(
          "the tracker at " + tracker + " does not know this cluster file (--cluster)");
    }
    boolean request = refused.status() >= CLIENT_ERROR && refused.status() < SERVER_ERROR;
    return request
        ? UserError.unusable(Causes.text(e))
        : UserError.failed("the tracker refuses: " + Causes.text(e));
  }

  /** These options as they were given, to be repeated in another command. */
  String asGiven() {
    return " --tracker "
        + tracker
        + (cluster == null ? "" : " --cluster " + cluster)
        + (insecure ? " --insecure" : "");
  }
}
