package io.shoal.service;

import io.shoal.client.cluster.ClusterSecret;
import io.shoal.core.peer.PeerRole;
import org.jspecify.annotations.Nullable;

/** Who may call: whoever shows a token made from the cluster's secret. */
public final class ClusterAccess {

  private static final String SCHEME = "Bearer ";

  private final ClusterSecret secret;

  /** Tokens made from this secret count. */
  public ClusterAccess(ClusterSecret secret) {
    this.secret = secret;
  }

  /**
   * Whether the caller belongs to the cluster.
   *
   * @param authorization the header, null if there is none
   */
  public boolean allows(@Nullable String authorization) {
    String token = token(authorization);
    return allowsOperator(authorization)
        || ClusterSecret.matches(secret.apiToken(PeerRole.AGENT), token)
        || ClusterSecret.matches(secret.apiToken(PeerRole.ORIGIN), token);
  }

  /** Whether the caller is an operator's command. */
  public boolean allowsOperator(@Nullable String authorization) {
    return ClusterSecret.matches(secret.operatorToken(), token(authorization));
  }

  /** Whether the caller may speak as a peer of this role. */
  public boolean allows(@Nullable String authorization, PeerRole role) {
    return ClusterSecret.matches(secret.apiToken(role), token(authorization));
  }

  private static String token(@Nullable String authorization) {
    return authorization != null && authorization.startsWith(SCHEME)
        ? authorization.substring(SCHEME.length())
        : "";
  }
}
