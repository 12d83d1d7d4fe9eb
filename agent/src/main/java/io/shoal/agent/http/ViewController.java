package io.shoal.agent.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.shoal.client.json.ShoalJson;
import io.shoal.core.content.Digest;
import java.util.Map;
import java.util.Optional;

/** What operators, probes and tests ask of an agent. */
@Controller
final class ViewController {

  private final AgentView view;

  ViewController(AgentView view) {
    this.view = view;
  }

  @Get(value = "/shoal/v1/stats", produces = MediaType.APPLICATION_JSON)
  String stats() {
    return ShoalJson.write(view.stats());
  }

  @Get(value = "/shoal/v1/blobs/{digest}", produces = MediaType.APPLICATION_JSON)
  HttpResponse<String> blob(@PathVariable String digest) {
    Digest parsed;
    try {
      parsed = Digest.parse(digest);
    } catch (IllegalArgumentException e) {
      return HttpResponse.badRequest(error(String.valueOf(e.getMessage())));
    }
    Optional<BlobView> blob = view.blob(parsed);
    return blob.isPresent()
        ? HttpResponse.ok(ShoalJson.write(blob.get()))
        : HttpResponse.notFound(error(digest + " is not on this node"));
  }

  private static String error(String message) {
    return ShoalJson.write(Map.of("error", message));
  }
}
