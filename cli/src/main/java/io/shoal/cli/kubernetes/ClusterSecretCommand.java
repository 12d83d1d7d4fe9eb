package io.shoal.cli.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.files.DirectoryTree;
import io.shoal.client.cluster.ClusterFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Makes the Secret with the files of a new cluster, unless it is there. All that this needs is the
 * right to create Secrets: it neither reads nor changes one.
 */
@Command(
    name = "cluster-secret",
    description = "Make a Secret with the files of a new cluster, unless it is there.",
    mixinStandardHelpOptions = true)
final class ClusterSecretCommand implements Callable<Integer> {

  private static final int CREATED = 201;
  private static final int THERE_ALREADY = 409;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(paramLabel = "NAME", description = "Of the Secret.")
  private String name;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Labels of the Secret.")
  private Map<String, String> labels = Map.of();

  @Mixin private final AccountOption account;

  @Spec private CommandSpec spec;

  ClusterSecretCommand(Map<String, String> environment) {
    this.account = new AccountOption(environment);
  }

  @Override
  public Integer call() throws InterruptedException {
    try (ApiServer server = account.server()) {
      String where = "/api/v1/namespaces/" + server.namespace() + "/secrets";
      ApiServer.Answer answer = server.create(where, secret());
      String said =
          switch (answer.status()) {
            case CREATED -> "made for a new cluster";
            case THERE_ALREADY -> "there already; left as it is";
            default -> throw UserError.failed("no Secret " + name + ": " + answer.reason());
          };
      spec.commandLine().getOut().println("Secret " + name + ": " + said);
      return 0;
    } catch (IOException e) {
      throw UserError.failed("no Secret " + name + ": " + Causes.text(e));
    }
  }

  private ObjectNode secret() throws IOException {
    ObjectNode secret = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
    ObjectNode metadata = secret.putObject("metadata").put("name", name);
    labels.forEach(metadata.putObject("labels")::put);
    // For people who look at it: Helm has never heard of it, and so keeps it in any case.
    metadata.putObject("annotations").put("helm.sh/resource-policy", "keep");
    secret.put("type", "Opaque");
    ObjectNode data = secret.putObject("data");
    Path folder = Files.createTempDirectory("shoal-cluster");
    try {
      ClusterFolder files = ClusterFolder.init(folder);
      for (Path file : List.of(files.clusterFile(), files.serverKey(), files.signingKey())) {
        data.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
    } finally {
      DirectoryTree.delete(folder);
    }
    return secret;
  }
}
