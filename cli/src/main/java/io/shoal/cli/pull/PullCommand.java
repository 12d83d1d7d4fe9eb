package io.shoal.cli.pull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.files.DirectoryTree;
import io.shoal.cli.layout.LayoutArchive;
import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pulls an image into files, without a container runtime. */
@Command(
    name = "pull",
    description = {
      "Pull an image through the swarm into files, without a container runtime.",
      "Every digest is checked. A pull that ended early goes on where it ended when it is begun"
          + " again."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal pull alpine:3 -o alpine                   then: skopeo inspect oci:alpine",
      "  shoal pull ghcr.io/org/app:2.0 -o app.tar       then: skopeo copy oci-archive:app.tar ...",
      "  shoal pull ghcr.io/org/app:2.0 -o app --platform linux/arm64"
    })
public final class PullCommand implements Callable<Integer> {

  private static final Duration STATS_LIMIT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> environment;
  private final PrintStream out;

  @Parameters(paramLabel = "IMAGE", description = "The image, as for docker pull.")
  private String image;

  @Option(
      names = {"-o", "--to"},
      paramLabel = "PATH",
      required = true,
      description =
          "A name that ends in .tar: an OCI archive. Any other: a folder with an OCI image layout,"
              + " to which the image is added.")
  private Path to;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Such as linux/arm64 (default: this machine's).")
  private @Nullable String platform;

  @Option(
      names = "--agent",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:4600",
      description = "The agent, or a registry-proxy (default: ${DEFAULT-VALUE}).")
  private URI agent;

  /** A command in this environment that speaks to this stream. */
  public PullCommand(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    ImageReference reference = parsed(() -> ImageReference.parse(image));
    String named = platform;
    Platform machine = named == null ? Platform.own() : parsed(() -> Platform.parse(named));
    boolean archive = to.toString().endsWith(".tar");
    if (archive && Files.exists(to)) {
      throw UserError.unusable(to + " is there already; remove it, or choose another name");
    }
    Path folder = archive ? to.resolveSibling(to.getFileName() + ".partial") : to;
    try (HttpClient http = HttpClient.newHttpClient();
        LayoutTarget target = LayoutTarget.in(folder)) {
      JsonNode before = stats(http);
      PullOutcome outcome = pull(reference, machine, target);
      target.finish(outcome.image(), reference);
      if (archive) {
        pack(folder, outcome.image());
      }
      out.println(reference + " " + machine + ": " + SourceWords.of(outcome, before, stats(http)));
      out.println("written to " + to + " (" + outcome.image().manifest().digest() + ")");
      return 0;
    } catch (IOException e) {
      throw UserError.failed("writing " + to + " failed: " + Causes.text(e));
    }
  }

  private interface Parse<T> {
    T parse();
  }

  private static <T> T parsed(Parse<T> parse) {
    try {
      return parse.parse();
    } catch (IllegalArgumentException e) {
      throw UserError.unusable(Causes.text(e));
    }
  }

  private PullOutcome pull(ImageReference reference, Platform machine, LayoutTarget target)
      throws InterruptedException {
    ImagePull pull =
        new ImagePull(
            agent,
            reference.registry() + "/" + reference.repository(),
            reference.manifestReference(),
            machine,
            target);
    try {
      return PullView.watch(pull, out, environment);
    } catch (PullException e) {
      throw UserError.failed(
          Causes.text(e)
              + "; shoal doctor --image "
              + image
              + " says what is wrong on this node, and the same command goes on where this ended");
    }
  }

  /** The archive appears under its name only when it is whole. */
  private void pack(Path folder, FoundImage found) throws IOException {
    Set<Digest> blobs = new HashSet<>(found.blobs().keySet());
    blobs.add(found.manifest().digest());
    Path fresh = folder.resolve("archive");
    LayoutArchive.write(folder, blobs, fresh);
    Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
    DirectoryTree.delete(folder);
  }

  /** What the agent counts; nothing if it is no agent that is asked. */
  private JsonNode stats(HttpClient http) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(agent.resolve("/shoal/v1/stats")).timeout(STATS_LIMIT).build();
    try {
      return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    } catch (IOException gone) {
      return JSON.createObjectNode();
    }
  }
}
