package io.shoal.cli.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Waits until a DaemonSet has a ready pod on every node it is meant for: Helm waits for Jobs and
 * does not know of nodes.
 */
@Command(
    name = "await-restore",
    description = "Wait until the DaemonSet that restores the nodes is through on all of them.",
    mixinStandardHelpOptions = true)
final class AwaitRestoreCommand implements Callable<Integer> {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  @Parameters(paramLabel = "NAME", description = "Of the DaemonSet.")
  private String name;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      required = true,
      description = "How long nodes may take.")
  private long seconds;

  @Mixin private final AccountOption account;

  @Spec private CommandSpec spec;

  AwaitRestoreCommand(Map<String, String> environment) {
    this.account = new AccountOption(environment);
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    String before = "";
    try (ApiServer server = account.server()) {
      while (true) {
        Seen seen = look(server);
        if (seen.complete()) {
          out.println(seen.words());
          return 0;
        }
        if (System.nanoTime() - deadline > 0) {
          throw UserError.failed(seen.words() + ", and " + seconds + " s are over. " + advice());
        }
        if (!seen.words().equals(before)) {
          before = seen.words();
          out.println(before);
          out.flush();
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private String advice() {
    return "DaemonSet "
        + name
        + " goes on: it restores a node as soon as that is back. Its pods say where it is stuck;"
        + " docs/kubernetes.md (Uninstall) says how to take it away in the end";
  }

  private record Seen(boolean complete, String words) {}

  /** A server that is away for a moment is one that has not said yet. */
  private Seen look(ApiServer server) throws InterruptedException {
    try {
      ApiServer.Answer answer =
          server.get("/apis/apps/v1/namespaces/" + server.namespace() + "/daemonsets/" + name);
      if (answer.status() != 200) {
        return new Seen(false, "DaemonSet " + name + ": " + answer.reason());
      }
      return seen(answer.body());
    } catch (IOException e) {
      return new Seen(false, "the API server gives no answer: " + Causes.text(e));
    }
  }

  private static Seen seen(JsonNode daemonSet) {
    JsonNode status = daemonSet.path("status");
    long generation = daemonSet.at("/metadata/generation").asLong();
    if (status.path("observedGeneration").asLong() < generation) {
      return new Seen(false, "nodes are being looked for");
    }
    int wanted = status.path("desiredNumberScheduled").asInt();
    int ready = status.path("numberReady").asInt();
    return new Seen(ready >= wanted, ready + " of " + wanted + " nodes are restored");
  }
}
