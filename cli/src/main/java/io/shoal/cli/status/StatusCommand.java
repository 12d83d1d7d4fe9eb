package io.shoal.cli.status;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFileException;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.tracker.FleetClient;
import io.shoal.client.tracker.FleetView;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the fleet as a tracker sees it. */
@Command(
    name = "status",
    description = "Show the members of the fleet and the blobs on their way.",
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {

  /** Form of the answer. */
  enum Output {
    /** Tables. */
    TEXT,
    /** What the tracker said. */
    JSON
  }

  @Option(
      names = "--tracker",
      paramLabel = "URL",
      required = true,
      description = "A tracker, e.g. https://tracker:4620.")
  private URI tracker;

  @Option(names = "--cluster", paramLabel = "FILE", description = "The cluster file, cluster.yml.")
  private @Nullable Path cluster;

  @Option(names = "--insecure", description = "The cluster runs without protection.")
  private boolean insecure;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Output output;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    FleetView fleet = ask();
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case TEXT -> FleetTable.lines(fleet).forEach(out::println);
      case JSON -> out.println(ShoalJson.write(fleet));
    }
    return 0;
  }

  private FleetView ask() {
    if (cluster == null && !insecure) {
      throw UserError.unusable(
          "name the cluster file with --cluster FILE, or say --insecure for a cluster without one");
    }
    try {
      ClusterFile file = ClusterFile.load(Optional.ofNullable(cluster), insecure);
      return new FleetClient(PinnedClient.forOperator(file), tracker).fleet();
    } catch (ClusterFileException e) {
      throw UserError.unusable(Causes.text(e));
    } catch (IllegalArgumentException e) {
      throw UserError.unusable("--tracker: " + Causes.text(e));
    } catch (IOException e) {
      throw UserError.failed("the tracker at " + tracker + " gives no answer: " + Causes.text(e));
    }
  }
}
