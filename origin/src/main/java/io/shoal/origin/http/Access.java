package io.shoal.origin.http;

import io.shoal.client.cluster.ClusterSecret;
import io.shoal.core.peer.PeerRole;

/** Who may use the API: whoever shows a token made from the cluster's secret. */
public final class Access {

  /** All paths below this one ask for a token. */
  static final String PROTECTED = "/shoal/v1/";

  private static final String SCHEME = "Bearer ";

  private final ClusterSecret secret;

  /** Tokens made from this secret count. */
  public Access(ClusterSecret secret) {
    this.secret = secret;
  }

  /**
   * Whether the caller belongs to the cluster.
   *
   * @param authorization the header, empty if there is none
   */
  boolean allows(String authorization) {
    if (!authorization.startsWith(SCHEME)) {
      return false;
    }
    String token = authorization.substring(SCHEME.length());
    return ClusterSecret.matches(secret.apiToken(PeerRole.AGENT), token)
        || ClusterSecret.matches(secret.apiToken(PeerRole.ORIGIN), token)
        || ClusterSecret.matches(secret.operatorToken(), token);
  }
}
