package io.shoal.tracker;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.tracker.FleetView;

/** The fleet, for operators and their tools. */
@Controller
final class FleetEndpoint {

  private final Streams streams;

  FleetEndpoint(Streams streams) {
    this.streams = streams;
  }

  @Get(FleetView.PATH)
  @Produces(MediaType.APPLICATION_JSON)
  String fleet() {
    return ShoalJson.write(streams.view());
  }
}
