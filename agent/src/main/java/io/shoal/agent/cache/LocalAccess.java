package io.shoal.agent.cache;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.shoal.client.agent.CacheAnswer;
import io.shoal.client.agent.CacheClient;
import io.shoal.client.agent.LocalKey;
import io.shoal.client.json.ShoalJson;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets only the node's own operator at its cache: the request comes from this host, and shows the
 * key that lies beside the cache.
 */
@ServerFilter(CacheClient.PATH + "/**")
final class LocalAccess {

  private final LocalKey key;

  LocalAccess(LocalKey key) {
    this.key = key;
  }

  @RequestFilter
  @Nullable MutableHttpResponse<?> check(HttpRequest<?> request) {
    if (!isLocal(request)) {
      return refused(HttpStatus.FORBIDDEN, "the cache is managed from this host only");
    }
    return key.isShownBy(request.getHeaders().get("Authorization"))
        ? null
        : refused(HttpStatus.UNAUTHORIZED, "the key in the store's folder is wanted");
  }

  /** An agent that listens on one address of the host sees requests of the host come from it. */
  private static boolean isLocal(HttpRequest<?> request) {
    InetAddress from = request.getRemoteAddress().getAddress();
    return from != null
        && (from.isLoopbackAddress() || from.equals(request.getServerAddress().getAddress()));
  }

  private static MutableHttpResponse<?> refused(HttpStatus status, String why) {
    return HttpResponse.status(status)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(ShoalJson.write(new CacheAnswer(Optional.empty(), Optional.of(why))));
  }
}
