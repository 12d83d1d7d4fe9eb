package io.shoal.cli.options;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.prewarm.JobClient;
import io.shoal.client.prewarm.JobRefusedException;
import io.shoal.client.tracker.FleetClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which tracker, and how to be let in. */
public final class TrackerOptions {

  private static final int UNAUTHORIZED = 401;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  @Option(
      names = "--tracker",
      paramLabel = "URL",
      defaultValue = "${env:SHOAL_TRACKER}",
      description = "The tracker, e.g. https://tracker:4620 (default: $SHOAL_TRACKER).")
  private @Nullable URI tracker;

  @Option(
      names = "--cluster",
      paramLabel = "FILE",
      defaultValue = "${env:SHOAL_CLUSTER}",
      description = "The cluster file, cluster.yml (default: $SHOAL_CLUSTER).")
  private @Nullable Path cluster;

  @Option(names = "--insecure", description = "The cluster runs without protection.")
  private boolean insecure;

  /** One question to the tracker. */
  public interface Question<T> {
    /** Asks it. */
    T ask(JobClient jobs) throws IOException;
  }

  /** One question about the fleet. */
  public interface FleetQuestion<T> {
    /** Asks it. */
    T ask(FleetClient fleet) throws IOException;
  }

  private interface Asking<T> {
    T ask() throws IOException;
  }

  /** A client of the tracker's jobs. */
  public JobClient client() {
    return new JobClient(members(), url());
  }

  /** Asks about the fleet, once. */
  public <T> T askFleet(FleetQuestion<T> question) {
    FleetClient fleet = new FleetClient(members(), url());
    return asking(() -> question.ask(fleet));
  }

  private URI url() {
    if (tracker == null || tracker.toString().isBlank()) {
      throw UserError.unusable(
          "name the tracker with --tracker URL or SHOAL_TRACKER, e.g. https://tracker:4620");
    }
    return tracker;
  }

  /** A client for all servers of the cluster. */
  public OkHttpClient members() {
    if (cluster == null && !insecure) {
      throw UserError.unusable(
          "name the cluster file with --cluster FILE or SHOAL_CLUSTER, or say --insecure for a"
              + " cluster without one");
    }
    try {
      return PinnedClient.forOperator(ClusterFile.load(Optional.ofNullable(cluster), insecure));
    } catch (IOException e) {
      throw UserError.unusable(Causes.text(e));
    }
  }

  /** Asks once. */
  public <T> T ask(Question<T> question) {
    JobClient jobs = client();
    return asking(() -> question.ask(jobs));
  }

  private <T> T asking(Asking<T> question) {
    try {
      return question.ask();
    } catch (IOException | IllegalArgumentException e) {
      throw failed(e);
    }
  }

  /** What to tell the operator when the tracker did not answer as hoped. */
  public UserError failed(Exception e) {
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
  public String asGiven() {
    return " --tracker "
        + tracker
        + (cluster == null ? "" : " --cluster " + cluster)
        + (insecure ? " --insecure" : "");
  }
}
