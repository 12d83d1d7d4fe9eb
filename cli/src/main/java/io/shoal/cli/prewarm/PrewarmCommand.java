package io.shoal.cli.prewarm;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.options.Output;
import io.shoal.cli.options.TrackerOptions;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.JobClient;
import io.shoal.client.prewarm.JobPreview;
import io.shoal.client.prewarm.JobRefusedException;
import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.JobView;
import io.shoal.client.prewarm.NodeShare;
import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.core.units.ByteRate;
import io.shoal.core.units.Durations;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes images local on nodes before they are pulled. */
@Command(
    name = "prewarm",
    description = {
      "Make images local on nodes before they are pulled there.",
      "The tracker carries the job out: it goes on if this command ends."
    },
    footer = {
      "",
      "Examples:",
      "  shoal prewarm ghcr.io/org/app:2.0 --tracker https://tracker:4620 --cluster cluster.yml",
      "  shoal prewarm --from-file deployment.yaml --select zone=a,role!=gpu --parallelism 10%%"
          + " ...",
      "  shoal prewarm ghcr.io/org/app:2.0 --count 3 --max-failures 0 ...    a try on three nodes",
      "  shoal prewarm ghcr.io/org/app:2.0 --runtime docker --rate 20MB/s ...",
      "  shoal prewarm watch 1a2b3c4d ...",
      "",
      "Exit code: 0 all nodes have the images, 1 some have not, 2 wrong use."
    },
    mixinStandardHelpOptions = true)
public final class PrewarmCommand implements Callable<Integer> {

  private static final int TRIES = 3;

  private final Map<String, String> environment;
  private final PrintStream out;

  @Mixin private TrackerOptions tracker;

  @Parameters(paramLabel = "IMAGE", arity = "0..*", description = "Images, as for a pull.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--from-file",
      paramLabel = "FILE",
      description = "More images: a list, one a line, or Kubernetes manifests.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Such as linux/arm64 (default: each node's own).")
  private @Nullable String platform;

  @Option(
      names = "--select",
      paramLabel = "LABELS",
      description = "Only nodes whose labels fit: zone=a,role!=gpu.")
  private @Nullable String select;

  @Option(
      names = "--nodes",
      paramLabel = "FILE",
      description = "Only the nodes named in this file, one a line.")
  private @Nullable Path nodes;

  @Option(names = "--count", paramLabel = "N", description = "Only so many of them.")
  private @Nullable Integer count;

  @Option(names = "--percent", paramLabel = "P", description = "Only so many percent of them.")
  private @Nullable Integer percent;

  @Option(
      names = "--parallelism",
      paramLabel = "N|P%",
      description = "How many fetch at once, e.g. 50 or 10%% (default: all).")
  private @Nullable String parallelism;

  @Option(
      names = "--max-failures",
      paramLabel = "N",
      description = "Start no further node when more than so many failed.")
  private @Nullable Integer maxFailures;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "What is not done by then has failed (default: 1h).")
  private @Nullable String timeout;

  @Option(
      names = "--pin",
      paramLabel = "TIME",
      description = "Keep the images from eviction so long, e.g. 24h.")
  private @Nullable String pin;

  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      defaultValue = "none",
      description = {
        "Which runtime has the images at the end, too: none, docker or containerd"
            + " (default: ${DEFAULT-VALUE}). The agents' configuration has to allow it."
      })
  private RuntimeChoice runtime;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "The most that a node takes in for this job, e.g. 20MB/s.")
  private @Nullable String rate;

  @Option(
      names = "--credentials",
      paramLabel = "NAME",
      description =
          "For private images: the name of a login in the agents' configuration"
              + " (prewarm.credentials), never the login itself.")
  private @Nullable String credentials;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "Names the order: the same one given again makes no second job.")
  private @Nullable String key;

  @Option(names = "--detach", description = "Print the job's id and do not wait for its end.")
  private boolean detach;

  @Option(
      names = "--dry-run",
      description = "Print which nodes are meant and what each still needs, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Output output;

  /** As it is written. */
  enum RuntimeChoice {
    NONE,
    DOCKER,
    CONTAINERD;

    Optional<PrewarmRuntime> wanted() {
      return switch (this) {
        case NONE -> Optional.empty();
        case DOCKER -> Optional.of(PrewarmRuntime.DOCKER);
        case CONTAINERD -> Optional.of(PrewarmRuntime.CONTAINERD);
      };
    }
  }

  private PrewarmCommand(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
    this.out = out;
  }

  /** The command and its sub-commands. */
  public static CommandLine commandLine(Map<String, String> environment) {
    PrintStream out = System.out;
    CommandLine prewarm = new CommandLine(new PrewarmCommand(environment, out));
    JobCommands.all(environment, out).forEach(prewarm::addSubcommand);
    return prewarm;
  }

  @Override
  public Integer call() {
    JobRequest request = request();
    if (dryRun) {
      JobPreview preview = tracker.ask(jobs -> jobs.preview(request));
      if (output == Output.JSON) {
        out.println(ShoalJson.write(preview));
      } else {
        JobLines.preview(preview).forEach(out::println);
      }
      return 0;
    }
    JobView job = order(request);
    if (!detach) {
      JobWatch watch = new JobWatch(tracker, output, out, environment);
      if (output == Output.TABLE) {
        out.println("job " + job.id() + " on " + job.nodes().size() + " nodes");
      }
      return watch.watch(job);
    }
    out.println(output == Output.JSON ? ShoalJson.write(job) : job.id());
    return 0;
  }

  /** Sent again if no answer came: the key keeps it one job. */
  private JobView order(JobRequest request) {
    String orderKey = key == null ? UUID.randomUUID().toString() : key;
    JobClient jobs = tracker.client();
    for (int attempt = 1; ; attempt++) {
      try {
        return jobs.create(request, orderKey);
      } catch (JobRefusedException e) {
        throw tracker.failed(e);
      } catch (IOException | IllegalArgumentException e) {
        if (attempt == TRIES || e instanceof IllegalArgumentException) {
          throw tracker.failed(e);
        }
      }
    }
  }

  private JobRequest request() {
    List<String> all = new ArrayList<>(images);
    files.forEach(file -> all.addAll(imagesIn(file)));
    if (all.isEmpty()) {
      throw UserError.unusable("name at least one image, or a file with --from-file");
    }
    if (count != null && percent != null) {
      throw UserError.unusable("--count and --percent exclude each other");
    }
    String share = count != null ? "" + count : percent != null ? percent + "%" : null;
    try {
      return new JobRequest(
          all.stream().distinct().toList(),
          Optional.ofNullable(platform),
          Optional.ofNullable(select),
          Optional.ofNullable(nodes).map(PrewarmCommand::nodesIn),
          parsed(count != null ? "--count" : "--percent", share, NodeShare::parse),
          parsed("--parallelism", parallelism, NodeShare::parse),
          Optional.ofNullable(maxFailures),
          parsed("--timeout", timeout, Durations::parse),
          parsed("--pin", pin, Durations::parse),
          runtime.wanted(),
          parsed("--rate", rate, text -> ByteRate.parse(text).bytesPerSecond()),
          Optional.ofNullable(credentials));
    } catch (IllegalArgumentException e) {
      throw UserError.unusable(Causes.text(e));
    }
  }

  private static <T> Optional<T> parsed(
      String option, @Nullable String text, Function<String, T> parse) {
    try {
      return Optional.ofNullable(text).map(parse);
    } catch (IllegalArgumentException e) {
      throw UserError.unusable(option + ": " + Causes.text(e));
    }
  }

  private static List<String> imagesIn(Path file) {
    List<String> found = ImageFile.images(read(file));
    if (found.isEmpty()) {
      throw UserError.unusable(file + " names no image");
    }
    return found;
  }

  private static List<String> nodesIn(Path file) {
    List<String> found =
        read(file).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (found.isEmpty()) {
      throw UserError.unusable(file + " names no node");
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw UserError.unusable(Causes.text(e));
    }
  }
}
