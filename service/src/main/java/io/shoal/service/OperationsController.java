package io.shoal.service;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** What operators' tools and probes ask of every service. */
@Controller
final class OperationsController {

  private final PrometheusMeterRegistry meters;
  private final Readiness readiness;

  OperationsController(PrometheusMeterRegistry meters, Readiness readiness) {
    this.meters = meters;
    this.readiness = readiness;
  }

  /** Whether the process should be left running. */
  @Get(value = "/health/live", produces = MediaType.TEXT_PLAIN)
  String live() {
    return "ok\n";
  }

  /** Whether it should get requests. */
  @Get(value = "/health/ready", produces = MediaType.TEXT_PLAIN)
  HttpResponse<String> ready() {
    return readiness.ready()
        ? HttpResponse.ok("ok\n")
        : HttpResponse.<String>serverError("shutting down\n").status(503);
  }

  /** All numbers, in Prometheus' form. */
  @Get(value = "/metrics", produces = "text/plain; version=0.0.4; charset=utf-8")
  String metrics() {
    return meters.scrape();
  }
}
