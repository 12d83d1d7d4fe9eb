package io.shoal.cli.doctor;

import io.shoal.agent.AgentConfig;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.node.RuntimeState;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFileException;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.config.ConfigException;
import io.shoal.config.ConfigLoader;
import io.shoal.core.reference.ImageReference;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether Shoal works on this node, and what to do if not. */
@Command(
    name = "doctor",
    description =
        "Check this node: agent, ports, tracker, origins, clock, disk, upstream and the runtime's"
            + " configuration; then pull an image through the agent and show where its bytes came"
            + " from. Each failed check names its fix. Exit code 1 if one failed.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal doctor --config /etc/shoal/agent.yml",
      "  shoal doctor --config /etc/shoal/agent.yml --runtime containerd --image alpine:3"
    })
public final class DoctorCommand implements Callable<Integer> {

  private final Map<String, String> environment;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The agent's configuration. Without it, environment variables and defaults.")
  private @Nullable Path config;

  @Option(names = "--insecure", description = "The cluster runs without protection.")
  private boolean insecure;

  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      description =
          "docker, containerd, crio or podman; may be repeated. Without it, those that have a"
              + " configuration here.")
  private List<String> runtimes = List.of();

  @Option(
      names = "--root",
      paramLabel = "DIR",
      defaultValue = "/",
      description = "The host's file system (default: ${DEFAULT-VALUE}).")
  private Path root;

  @Option(names = "--image", paramLabel = "IMAGE", description = "Pull this, and keep nothing.")
  private @Nullable String image;

  @Spec private CommandSpec spec;

  /** A command in this environment, which may configure the agent. */
  public DoctorCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentConfig loaded = load();
    Examination examination =
        new Examination(
            loaded,
            new HttpProbe(new OkHttpClient(), InstantSource.system()),
            new HttpProbe(members(loaded), InstantSource.system()),
            root);
    List<Finding> findings =
        examination.run(
            runtimes.isEmpty()
                ? RuntimeState.found(root)
                : runtimes.stream().map(DoctorCommand::known).toList(),
            Optional.ofNullable(image).map(DoctorCommand::parse));
    PrintWriter out = spec.commandLine().getOut();
    findings.forEach(finding -> print(finding, out));
    long failed = findings.stream().filter(f -> f.outcome() == Finding.Outcome.FAILED).count();
    out.println(failed == 0 ? "all is well" : failed + " of " + findings.size() + " checks failed");
    return failed == 0 ? 0 : UserError.FAILED;
  }

  private static void print(Finding finding, PrintWriter out) {
    String mark =
        switch (finding.outcome()) {
          case OK -> "ok  ";
          case SKIPPED -> "-   ";
          case FAILED -> "FAIL";
        };
    out.println(mark + "  " + finding.check() + ": " + finding.found());
    if (!finding.fix().isEmpty()) {
      out.println("      fix: " + finding.fix());
    }
  }

  private AgentConfig load() {
    try {
      return ConfigLoader.load(
          AgentConfig.class, AgentConfig.ENV_PREFIX, Optional.ofNullable(config), environment);
    } catch (ConfigException e) {
      throw UserError.failed(
          "FAIL  configuration: " + String.join(System.lineSeparator(), e.problems()));
    }
  }

  private OkHttpClient members(AgentConfig loaded) {
    try {
      return PinnedClient.forOperator(ClusterFile.load(loaded.cluster(), insecure));
    } catch (ClusterFileException e) {
      throw UserError.failed("FAIL  cluster file: " + Causes.text(e));
    }
  }

  private static String known(String runtime) {
    String name = runtime.toLowerCase(Locale.ROOT);
    if (!List.of("docker", "containerd", "crio", "podman").contains(name)) {
      throw UserError.unusable("--runtime: docker, containerd, crio or podman, not " + runtime);
    }
    return name;
  }

  private static ImageReference parse(String image) {
    try {
      return ImageReference.parse(image);
    } catch (IllegalArgumentException e) {
      throw UserError.unusable("--image: " + e.getMessage());
    }
  }
}
