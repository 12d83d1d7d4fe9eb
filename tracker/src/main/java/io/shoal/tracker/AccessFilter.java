package io.shoal.tracker;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.JobClient;
import io.shoal.client.prewarm.JobProblem;
import io.shoal.service.ClusterAccess;
import org.jspecify.annotations.Nullable;

/** Turns strangers away before anything of theirs is looked at. */
@ServerFilter("/shoal/**")
final class AccessFilter {

  private final ClusterAccess access;

  AccessFilter(ClusterAccess access) {
    this.access = access;
  }

  @RequestFilter
  @Nullable MutableHttpResponse<?> check(HttpRequest<?> request) {
    String authorization = request.getHeaders().get("Authorization");
    if (!access.allows(authorization)) {
      return HttpResponse.unauthorized()
          .contentType(MediaType.TEXT_PLAIN_TYPE)
          .body("not of this cluster\n");
    }
    // What goes onto the nodes is for people to say, not for other members.
    if (request.getPath().startsWith(JobClient.PATH) && !access.allowsOperator(authorization)) {
      return HttpResponse.<String>status(HttpStatus.FORBIDDEN)
          .contentType(MediaType.APPLICATION_JSON_TYPE)
          .body(ShoalJson.write(new JobProblem("jobs take the token of an operator")));
    }
    return null;
  }
}
