package io.shoal.cli.node;

import io.shoal.cli.console.UserError;
import java.io.PrintWriter;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a runtime's mirror configuration. */
@Command(
    name = "setup",
    description =
        "Write the runtime's configuration so that its pulls go through the agent first and to the"
            + " registry if that does not answer. What is there already is kept, the first state is"
            + " kept for 'restore', and doing it again changes nothing.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal node setup --runtime containerd --dry-run",
      "  shoal node setup --runtime containerd --restart-runtime",
      "  shoal node setup --runtime podman --registry quay.io --registry registry.example:5000",
      "  shoal node setup --runtime docker --mirror http://127.0.0.1:4600"
    })
final class SetupCommand implements Callable<Integer> {

  @Mixin private HostOptions host;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:4600",
      description = "The agent's pull endpoint (default: ${DEFAULT-VALUE}).")
  private URI mirror;

  @Option(
      names = "--registry",
      paramLabel = "HOST",
      description =
          "Only this registry; may be repeated. Without it: containerd all, Docker Docker Hub,"
              + " Podman and CRI-O those that agents serve by default. For Docker's containerd"
              + " store, files for these registries are written as well.")
  private List<String> registries = List.of();

  @Option(
      names = "--restart-runtime",
      description = "Restart the runtime if it cannot read its configuration otherwise.")
  private boolean restart;

  @Spec private CommandSpec spec;

  private final Function<Boolean, HostPrograms> programs;

  SetupCommand(Function<Boolean, HostPrograms> programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    Mirror agent = Mirror.at(mirror);
    registries.forEach(SetupCommand::check);
    return HostOptions.telling(() -> {
      HostFiles files = host.files();
      RuntimeSetup setup = host.setup(files, programs);
      Plan plan = setup.plan(agent, registries.stream().distinct().toList());
      PrintWriter out = spec.commandLine().getOut();
      if (host.dryRun()) {
        show(files, plan, out);
      } else {
        write(files, setup, plan, out);
      }
      return 0;
    });
  }

  private void write(HostFiles files, RuntimeSetup setup, Plan plan, PrintWriter out) {
    List<String> said = files.apply(plan);
    said.forEach(out::println);
    if (said.isEmpty()) {
      out.println(host.runtime() + " is set up already; nothing was changed");
    }
    plan.notes().forEach(note -> out.println("note: " + note));
    setup.takeEffect(restart).forEach(out::println);
    if (!said.isEmpty()) {
      out.println("To take it back: shoal node restore --runtime " + host.runtime());
    }
  }

  private void show(HostFiles files, Plan plan, PrintWriter out) {
    List<Plan.Change> pending = files.pending(plan);
    for (Plan.Change change : pending) {
      out.println("would write " + change.path() + ":");
      Set<String> before = new HashSet<>(files.text(change.path()).orElse("").lines().toList());
      change
          .text()
          .lines()
          .filter(line -> !before.contains(line) && !line.isBlank())
          .forEach(line -> out.println("+ " + line));
    }
    if (pending.isEmpty()) {
      out.println(host.runtime() + " is set up already; nothing would be changed");
    }
    plan.notes().forEach(note -> out.println("note: " + note));
  }

  private static void check(String registry) {
    if (!registry.matches("[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?")) {
      throw UserError.unusable(
          "--registry: write a host as in image names, such as quay.io, not '" + registry + "'");
    }
  }
}
