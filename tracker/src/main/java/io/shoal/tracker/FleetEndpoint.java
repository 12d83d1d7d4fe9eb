package io.shoal.tracker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.JobProblem;
import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.HoldingsRequest;
import io.shoal.client.tracker.HoldingsView;

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

  @Post(HoldingsView.PATH)
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  HttpResponse<String> holdings(@Body String body) {
    try {
      HoldingsRequest request = ShoalJson.read(body, HoldingsRequest.class);
      return HttpResponse.ok(ShoalJson.write(streams.holdings(request)));
    } catch (JsonProcessingException e) {
      return HttpResponse.badRequest(
          ShoalJson.write(new JobProblem("no list of blobs: " + e.getOriginalMessage())));
    }
  }
}
