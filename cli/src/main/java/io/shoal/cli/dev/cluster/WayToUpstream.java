package io.shoal.cli.dev.cluster;

import io.shoal.cli.pull.RegistryReason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Asks each agent for a tag that does not exist. The question goes the whole way, by the origin to
 * the central registry, so it finds what is wrong there before any pull does, with a better reason;
 * and the connections on the way are open afterwards, as they are in a cluster that has been
 * running for a while. No blob moves.
 */
final class WayToUpstream {

  private static final String NO_SUCH_TAG = "no-such-tag-shoal-dev-asks";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final UpstreamImage upstream;

  WayToUpstream(UpstreamImage upstream) {
    this.upstream = upstream;
  }

  /**
   * Checks all agents at once.
   *
   * @throws IOException with the reason of the first agent that cannot reach upstream
   */
  void check(List<DevCluster.Agent> agents) throws IOException {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      Map<String, CompletableFuture<HttpResponse<String>>> answers = new TreeMap<>();
      for (DevCluster.Agent agent : agents) {
        answers.put(
            agent.name(), http.sendAsync(request(agent), HttpResponse.BodyHandlers.ofString()));
      }
      for (Map.Entry<String, CompletableFuture<HttpResponse<String>>> entry : answers.entrySet()) {
        HttpResponse<String> answer = entry.getValue().join();
        if (answer.statusCode() >= 500) {
          throw new IOException(
              "%s cannot reach the registry %s: %s"
                  .formatted(entry.getKey(), upstream.url(), RegistryReason.of(answer.body())));
        }
      }
    } catch (CompletionException e) {
      throw new IOException("an agent gives no answer", e.getCause());
    }
  }

  private HttpRequest request(DevCluster.Agent agent) {
    URI uri =
        agent.uri().resolve("/v2/" + upstream.image().repository() + "/manifests/" + NO_SUCH_TAG);
    return HttpRequest.newBuilder(uri).timeout(LIMIT).build();
  }
}
