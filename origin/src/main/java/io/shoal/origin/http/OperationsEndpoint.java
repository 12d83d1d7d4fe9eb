package io.shoal.origin.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** What operators' tools ask. */
@Controller
@Produces(MediaType.TEXT_PLAIN)
final class OperationsEndpoint {

  private final PrometheusMeterRegistry metrics;
  private final Readiness readiness;

  OperationsEndpoint(PrometheusMeterRegistry metrics, Readiness readiness) {
    this.metrics = metrics;
    this.readiness = readiness;
  }

  @Get("/health/live")
  String live() {
    return "up\n";
  }

  @Get("/health/ready")
  HttpResponse<String> ready() {
    return readiness.ready()
        ? HttpResponse.ok("ready\n")
        : HttpResponse.<String>serverError("shutting down\n").status(503);
  }

  @Get("/metrics")
  String metrics() {
    return metrics.scrape();
  }
}
