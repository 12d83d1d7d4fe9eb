package io.shoal.tracker;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
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
    if (access.allows(request.getHeaders().get("Authorization"))) {
      return null;
    }
    return HttpResponse.unauthorized()
        .contentType(MediaType.TEXT_PLAIN_TYPE)
        .body("not of this cluster\n");
  }
}
