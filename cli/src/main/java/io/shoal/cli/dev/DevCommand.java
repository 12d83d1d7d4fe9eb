package io.shoal.cli.dev;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.Console;
import io.shoal.cli.console.UserError;
import io.shoal.cli.dev.cluster.DevCluster;
import io.shoal.cli.dev.cluster.UpstreamImage;
import io.shoal.cli.dev.cluster.WorkFolder;
import io.shoal.cli.dev.image.ImageGenerator;
import io.shoal.cli.dev.image.ImagePlan;
import io.shoal.cli.dev.report.DevReport;
import io.shoal.cli.layout.OciLayout;
import io.shoal.cli.process.ChildProcess;
import io.shoal.cli.process.ChildProcesses;
import io.shoal.cli.process.JvmFlags;
import io.shoal.core.units.ByteRate;
import io.shoal.core.units.ByteSize;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A cluster on this machine with one command, to see agents share an image. */
@Command(
    name = "dev",
    description =
        "Start a tracker, an origin, a registry and some agents on this machine, let all agents"
            + " pull an image at once, and keep serving.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal dev",
      "  shoal dev --agents 8 --upstream-rate 30MB/s --agent-rate 60MB/s",
      "  shoal dev --once --output json",
      "  shoal dev --agents 20 --zones a,b,c --no-pull        to try prewarm on",
      "",
      "Without --upstream the image is a generated one, of about 300 MB."
    },
    mixinStandardHelpOptions = true)
public final class DevCommand implements Callable<Integer> {

  private static final int MOST_AGENTS = 64;
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

  /** Form of the result. */
  enum Output {
    /** A table. */
    TEXT,
    /** One object on standard output; all that is for people goes to standard error. */
    JSON
  }

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many agents (default: ${DEFAULT-VALUE}).")
  private int agents;

  @Option(
      names = "--zones",
      paramLabel = "ZONE",
      split = ",",
      description = "Deal the agents among these zones (label zone), e.g. a,b,c.")
  private List<String> zones = List.of();

  @Option(
      names = "--no-pull",
      description =
          "Only start the cluster: nobody pulls the image. For shoal prewarm, or to pull by hand.")
  private boolean idle;

  @Option(names = "--once", description = "Exit after the summary; not 0 if a pull failed.")
  private boolean once;

  @Option(
      names = "--upstream-rate",
      paramLabel = "RATE",
      converter = RateConverter.class,
      description = "Limit of what the origin fetches from the registry, e.g. 30MB/s.")
  private @Nullable ByteRate upstreamRate;

  @Option(
      names = "--origin-rate",
      paramLabel = "RATE",
      converter = RateConverter.class,
      description = "Limit of what the origin sends to agents, e.g. 60MB/s.")
  private @Nullable ByteRate originRate;

  @Option(
      names = "--agent-rate",
      paramLabel = "RATE",
      converter = RateConverter.class,
      description = "Limit of each agent in each direction, e.g. 60MB/s.")
  private @Nullable ByteRate agentRate;

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      description = "Pull from this registry instead of the built-in one; needs --image.")
  private @Nullable URI upstream;

  @Option(
      names = "--image",
      paramLabel = "REF",
      description = "The image to pull from --upstream, e.g. library/alpine:3.20.")
  private @Nullable String image;

  @Option(
      names = "--layers",
      paramLabel = "SIZE",
      split = ",",
      converter = SizeConverter.class,
      description = "Sizes of the generated image's layers, e.g. 300MB,20MB.")
  private List<ByteSize> layers = List.of();

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Output output;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to work (default: shoal/dev in the user's cache folder).")
  private @Nullable Path directory;

  @Option(names = "--keep", description = "Keep stores, logs and configuration afterwards.")
  private boolean keep;

  private final String mainClass;
  private final Map<String, String> environment;

  /**
   * @param mainClass the program, to start its servers as children
   * @param environment the environment
   */
  public DevCommand(String mainClass, Map<String, String> environment) {
    this.mainClass = mainClass;
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    Optional<UpstreamImage> foreign = check();
    PrintStream talk = output == Output.JSON ? System.err : System.out;
    Path base = directory == null ? WorkFolder.usual(environment) : directory;
    try (WorkFolder work = workFolder(base);
        ChildProcesses processes =
            new ChildProcesses(mainClass, JvmFlags.asOwn(environment), work.logs())) {
      DevShutdown shutdown = DevShutdown.arm(processes, work);
      try {
        return run(base, work, processes, foreign, talk);
      } finally {
        shutdown.disarm();
      }
    }
  }

  private int run(
      Path base,
      WorkFolder work,
      ChildProcesses processes,
      Optional<UpstreamImage> foreign,
      PrintStream talk)
      throws InterruptedException {
    try (DevCluster cluster = DevCluster.in(work, processes)) {
      UpstreamImage source =
          foreign.isPresent() ? foreign.get() : startRegistry(cluster, base, talk);
      talk.printf("starting a tracker, an origin and %d agents%n", agents);
      cluster.startServers(
          source,
          new DevCluster.Shape(
              agents,
              zones,
              Optional.ofNullable(upstreamRate),
              Optional.ofNullable(originRate),
              Optional.ofNullable(agentRate)));
      int failed = idle ? 0 : pullAll(cluster, source, work, talk);
      if (!once) {
        talk.println();
        Console.print(talk, TryOut.lines(cluster, source));
        serve(cluster, talk);
      }
      return failed == 0 ? 0 : UserError.FAILED;
    } catch (IOException e) {
      work.keepLogs();
      throw UserError.failed("the cluster does not work: " + Causes.text(e));
    }
  }

  /** How many pulls failed. */
  private int pullAll(DevCluster cluster, UpstreamImage source, WorkFolder work, PrintStream talk)
      throws IOException, InterruptedException {
    warmUp(cluster, talk);
    talk.printf("all agents pull %s%n", source.image());
    DevReport report = new PullAll(cluster, source).run(ProgressView.on(talk, environment));
    show(report, talk);
    if (report.failed() > 0) {
      work.keepLogs();
      talk.println("the logs are in " + work.logs());
    }
    return report.failed();
  }

  private UpstreamImage startRegistry(DevCluster cluster, Path base, PrintStream talk)
      throws IOException, InterruptedException {
    OciLayout warmUp = new ImageGenerator(WorkFolder.images(base)).image(ImagePlan.warmUp());
    return cluster.startRegistry(generated(base, talk), warmUp);
  }

  /** A small image first, so that the figures are the swarm's and not those of cold JVMs. */
  private static void warmUp(DevCluster cluster, PrintStream talk)
      throws IOException, InterruptedException {
    Optional<UpstreamImage> small = cluster.warmUp();
    if (small.isPresent()) {
      talk.println("warming up with a small image");
      DevReport report = new PullAll(cluster, small.get()).run(ProgressView.none());
      if (report.failed() > 0) {
        throw new IOException(
            report.pulls().stream()
                .flatMap(pull -> pull.failure().stream())
                .findFirst()
                .orElse("the small image cannot be pulled"));
      }
    }
  }

  private Optional<UpstreamImage> check() {
    if (agents < 1 || agents > MOST_AGENTS) {
      throw UserError.unusable("--agents is from 1 to " + MOST_AGENTS);
    }
    if (idle && once) {
      throw UserError.unusable("--no-pull and --once together would do nothing");
    }
    if ((upstream == null) != (image == null)) {
      throw UserError.unusable(
          "--upstream and --image belong together, e.g. --upstream https://registry-1.docker.io"
              + " --image library/alpine:3.20");
    }
    if (upstream == null || image == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(UpstreamImage.of(upstream, image));
    } catch (IllegalArgumentException e) {
      throw UserError.unusable(String.valueOf(e.getMessage()));
    }
  }

  private WorkFolder workFolder(Path base) {
    try {
      return WorkFolder.create(base, keep);
    } catch (IOException e) {
      throw UserError.failed(
          "cannot work in %s: %s (choose another folder with --dir)"
              .formatted(base, Causes.text(e)));
    }
  }

  private OciLayout generated(Path base, PrintStream talk) throws IOException {
    ImagePlan plan = plan();
    ImageGenerator generator = new ImageGenerator(WorkFolder.images(base));
    if (!generator.has(plan)) {
      talk.println("generating an image (only the first time)");
    }
    OciLayout layout = generator.image(plan);
    long needed = layout.imageBytes() * (agents + 1);
    long free = Files.getFileStore(base).getUsableSpace();
    if (free < needed + needed / 10) {
      throw UserError.failed(
          "%d agents and the origin need %s in %s, where %s are free: use fewer --agents, or"
                  .formatted(agents, ByteSize.format(needed), base, ByteSize.format(free))
              + " another folder with --dir");
    }
    return layout;
  }

  private ImagePlan plan() {
    try {
      return layers.isEmpty()
          ? ImagePlan.standard()
          : ImagePlan.of(layers.stream().map(ByteSize::bytes).toList());
    } catch (IllegalArgumentException e) {
      throw UserError.unusable("--layers: " + e.getMessage());
    }
  }

  private void show(DevReport report, PrintStream talk) {
    talk.println();
    Console.print(talk, report.summary());
    if (output == Output.JSON) {
      System.out.println(report.json());
    }
  }

  /** Until the process is told to end; says so if one of the others ends before. */
  private static void serve(DevCluster cluster, PrintStream talk) throws InterruptedException {
    List<ChildProcess> known = new ArrayList<>();
    while (true) {
      for (ChildProcess process : cluster.ended()) {
        if (!known.contains(process)) {
          known.add(process);
          talk.printf("%s has ended by itself; see %s%n", process.name(), process.log());
        }
      }
      Thread.sleep(WATCH_INTERVAL);
    }
  }
}
