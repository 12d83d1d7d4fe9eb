package io.shoal.tracker;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.tracker.FleetView;

/** What operators and their tools ask. */
@Controller
final class PublicEndpoint {

  private final Streams streams;
  private final PrometheusMeterRegistry metrics;

  PublicEndpoint(Streams streams, PrometheusMeterRegistry metrics) {
    this.streams = streams;
    this.metrics = metrics;
  }

  @Get(FleetView.PATH)
  @Produces(MediaType.APPLICATION_JSON)
  String fleet() {
    return ShoalJson.write(streams.view());
  }

  @Get("/health/live")
  @Produces(MediaType.TEXT_PLAIN)
  String live() {
    return "up\n";
  }

  @Get("/health/ready")
  @Produces(MediaType.TEXT_PLAIN)
  HttpResponse<String> ready() {
    return streams.isClosed()
        ? HttpResponse.<String>serverError("shutting down\n").status(503)
        : HttpResponse.ok("ready\n");
  }

  @Get("/metrics")
  @Produces(MediaType.TEXT_PLAIN)
  String metrics() {
    return metrics.scrape();
  }
}
