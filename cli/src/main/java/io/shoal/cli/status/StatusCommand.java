package io.shoal.cli.status;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.Console;
import io.shoal.cli.console.LiveLines;
import io.shoal.cli.console.UserError;
import io.shoal.cli.options.Output;
import io.shoal.cli.options.TrackerOptions;
import io.shoal.cli.pull.FoundImage;
import io.shoal.cli.pull.ManifestReader;
import io.shoal.cli.pull.OriginManifests;
import io.shoal.cli.pull.PullException;
import io.shoal.cli.pull.RegistryManifests;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.origin.OriginClient;
import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.HoldingsRequest;
import io.shoal.client.tracker.HoldingsView;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the fleet as a tracker sees it, or who has how much of an image. */
@Command(
    name = "status",
    description = {
      "Show the fleet: what is wrong with it, what it saved, its members, the blobs on their way.",
      "With an image: which nodes have how much of it."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal status --tracker https://tracker:4620 --cluster cluster.yml",
      "  shoal status --watch --tracker https://tracker:4620 --cluster cluster.yml",
      "  shoal status ghcr.io/org/app:2.0 --tracker https://tracker:4620 --cluster cluster.yml",
      "  shoal status ghcr.io/org/app:2.0 --origin https://origin:4630 ...     from no node"
    })
public final class StatusCommand implements Callable<Integer> {

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Map<String, String> environment;
  private final PrintStream out;

  @Parameters(paramLabel = "IMAGE", arity = "0..1", description = "An image, as for docker pull.")
  private @Nullable String image;

  @Mixin private TrackerOptions tracker;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Of an image for several (default: this machine's).")
  private @Nullable String platform;

  @Option(
      names = "--agent",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:4600",
      description =
          "The agent, or a registry-proxy, that is asked what an image is made of (default:"
              + " ${DEFAULT-VALUE}).")
  private URI agent;

  @Option(
      names = "--origin",
      paramLabel = "URL",
      description = "An origin that is asked instead, e.g. https://origin:4630.")
  private @Nullable URI origin;

  @Option(names = "--watch", description = "Show it again every 2 seconds, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Output output;

  /** A command in this environment that speaks to this stream. */
  public StatusCommand(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (image == null) {
      show(() -> tracker.askFleet(fleet -> fleet.fleet()), this::fleetLines);
      return 0;
    }
    ImageReference reference = reference(image);
    Platform machine = machine();
    FoundImage found = find(reference, machine);
    HoldingsRequest blobs =
        new HoldingsRequest(
            found.blobs().entrySet().stream()
                .map(blob -> new HoldingsRequest.Blob(blob.getKey(), blob.getValue()))
                .toList());
    String title = reference + " for " + machine;
    show(
        () -> tracker.askFleet(fleet -> fleet.holdings(blobs)),
        (HoldingsView holdings) -> ImageTable.lines(title, holdings));
    return 0;
  }

  private interface Look<T> {
    T look();
  }

  private <T> void show(Look<T> look, Function<T, List<String>> table) throws InterruptedException {
    boolean live = watch && output == Output.TABLE && Console.isLive(environment);
    LiveLines terminal = LiveLines.on(out, environment);
    do {
      T seen = look.look();
      if (output == Output.JSON) {
        out.println(ShoalJson.write(seen));
      } else if (live) {
        terminal.draw(table.apply(seen));
      } else {
        Console.print(out, table.apply(seen));
      }
      out.flush();
      if (watch) {
        Thread.sleep(INTERVAL);
      }
    } while (watch);
  }

  private List<String> fleetLines(FleetView fleet) {
    return watch ? FleetTable.watched(fleet) : FleetTable.lines(fleet);
  }

  private static ImageReference reference(String image) {
    try {
      return ImageReference.parse(image);
    } catch (IllegalArgumentException e) {
      throw UserError.unusable(Causes.text(e));
    }
  }

  private Platform machine() {
    try {
      return platform == null ? Platform.own() : Platform.parse(platform);
    } catch (IllegalArgumentException e) {
      throw UserError.unusable("--platform: " + Causes.text(e));
    }
  }

  private FoundImage find(ImageReference reference, Platform machine) {
    try {
      ManifestReader reader =
          origin == null
              ? new RegistryManifests(agent, reference.registry() + "/" + reference.repository())
              : new OriginManifests(new OriginClient(tracker.members(), origin), reference);
      return FoundImage.find(
          reader, reference.repository(), reference.manifestReference(), machine);
    } catch (PullException e) {
      throw UserError.failed(
          Causes.text(e) + " (what the image is made of is read from --agent URL or --origin URL)");
    }
  }
}
