package io.shoal.proxy;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** What operators and probes ask. */
@Controller
final class OperationsController {

  private final PrometheusMeterRegistry meters;

  OperationsController(PrometheusMeterRegistry meters) {
    this.meters = meters;
  }

  /** Whether the process should be left running. */
  @Get(value = "/health/live", produces = MediaType.TEXT_PLAIN)
  String live() {
    return "ok\n";
  }

  /**
   * Whether it should get requests. It holds nothing of its own, and clients learn from an answer
   * when no origin can be reached: taking every proxy out of service would only hide that.
   */
  @Get(value = "/health/ready", produces = MediaType.TEXT_PLAIN)
  String ready() {
    return "ok\n";
  }

  /** All numbers, in Prometheus' form. */
  @Get(value = "/metrics", produces = "text/plain; version=0.0.4; charset=utf-8")
  String metrics() {
    return meters.scrape();
  }
}
