package io.shoal.cli.health;

import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFileException;
import io.shoal.client.cluster.PinnedClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Asks a server whether it takes requests, for health checks where there is neither a shell nor
 * curl, such as in the container image. Ends with 0 if it does, else with 1.
 */
@Command(
    name = "health",
    description = "Ask a server whether it takes requests: exit code 0 if so, else 1.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  shoal health",
      "  shoal health https://127.0.0.1:4620 --cluster /etc/shoal/cluster.yml"
    })
public final class HealthCommand implements Callable<Integer> {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Parameters(
      paramLabel = "URL",
      arity = "0..1",
      defaultValue = "${env:SHOAL_HEALTH_URL:-http://127.0.0.1:4600}",
      description =
          "The server, e.g. https://127.0.0.1:4620; without it SHOAL_HEALTH_URL, else the agent of"
              + " this host.")
  private URI server;

  @Option(
      names = "--cluster",
      paramLabel = "FILE",
      defaultValue = "${env:SHOAL_HEALTH_CLUSTER}",
      description = "The cluster file, for a server that speaks TLS; else SHOAL_HEALTH_CLUSTER.")
  private @Nullable Path cluster;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    HttpUrl base = HttpUrl.get(server);
    if (base == null) {
      throw UserError.unusable("not a URL of a server: " + server);
    }
    Request request =
        new Request.Builder().url(base.newBuilder().encodedPath("/health/ready").build()).build();
    try (Response response = client(base).newCall(request).execute()) {
      String said = response.peekBody(200).string().strip();
      if (response.code() != 200) {
        throw UserError.failed(server + " answers " + response.code() + ": " + said);
      }
      spec.commandLine().getOut().println(said);
      return 0;
    } catch (IOException e) {
      throw UserError.failed(server + " gives no answer: " + Causes.text(e));
    }
  }

  private OkHttpClient client(HttpUrl base) {
    OkHttpClient client = new OkHttpClient();
    if (base.isHttps()) {
      if (cluster == null) {
        throw UserError.unusable("name the cluster file with --cluster FILE: it pins " + server);
      }
      try {
        client = PinnedClient.forOperator(ClusterFile.load(Optional.of(cluster), false));
      } catch (ClusterFileException e) {
        throw UserError.unusable(Causes.text(e));
      }
    }
    return client.newBuilder().callTimeout(LIMIT).followRedirects(false).build();
  }
}
