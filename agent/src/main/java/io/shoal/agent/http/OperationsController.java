package io.shoal.agent.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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
final class OperationsController {

  private final AgentView view;
  private final PrometheusMeterRegistry meters;

  OperationsController(AgentView view, PrometheusMeterRegistry meters) {
    this.view = view;
    this.meters = meters;
  }

  @Get(value = "/health/live", produces = MediaType.TEXT_PLAIN)
  String live() {
    return "ok\n";
  }

  /** Ready as soon as it serves: without a tracker and origins it still passes pulls through. */
  @Get(value = "/health/ready", produces = MediaType.TEXT_PLAIN)
  HttpResponse<String> ready() {
    return view.closing()
        ? HttpResponse.<String>serverError("shutting down\n").status(503)
        : HttpResponse.ok("ok\n");
  }

  @Get(value = "/metrics", produces = "text/plain; version=0.0.4; charset=utf-8")
  String metrics() {
    return meters.scrape();
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
