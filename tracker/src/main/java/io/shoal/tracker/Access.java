package io.shoal.tracker;

import io.micronaut.http.HttpRequest;
import io.shoal.client.cluster.ClusterSecret;
import io.shoal.core.peer.PeerRole;

/** Who may speak to the tracker: whoever shows a token made from the cluster's secret. */
final class Access {

  private static final String SCHEME = "Bearer ";

  private final ClusterSecret secret;

  Access(ClusterSecret secret) {
    this.secret = secret;
  }

  /** Whether the caller may speak as a peer of this role. */
  boolean allows(HttpRequest<?> request, PeerRole role) {
    return ClusterSecret.matches(secret.apiToken(role), token(request));
  }

  /** Whether the caller belongs to the cluster at all. */
  boolean allows(HttpRequest<?> request) {
    String token = token(request);
    return ClusterSecret.matches(secret.operatorToken(), token)
        || ClusterSecret.matches(secret.apiToken(PeerRole.AGENT), token)
        || ClusterSecret.matches(secret.apiToken(PeerRole.ORIGIN), token);
  }

  private static String token(HttpRequest<?> request) {
    String header = request.getHeaders().get("Authorization");
    return header != null && header.startsWith(SCHEME) ? header.substring(SCHEME.length()) : "";
  }
}
