package io.shoal.origin.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.shoal.client.origin.OriginReason;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.service.ClusterAccess;
import org.jspecify.annotations.Nullable;

/** Refuses callers that are not of this cluster before anything is done for them. */
@ServerFilter(BlobResponder.PROTECTED + "**")
final class AccessFilter {

  private final ClusterAccess access;

  AccessFilter(ClusterAccess access) {
    this.access = access;
  }

  @RequestFilter
  @Nullable HttpResponse<?> filter(HttpRequest<?> request) {
    return access.allows(request.getHeaders().get("Authorization"))
        ? null
        : Errors.response(refusal());
  }

  static OriginFailure refusal() {
    return OriginFailure.of(
        OriginReason.UNAUTHORIZED, "the token is not of this cluster (see cluster.yml)");
  }
}
