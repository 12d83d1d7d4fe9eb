package io.shoal.client.origin;

/** Why an origin did not give what it was asked for. */
public enum OriginReason {
  /** The request makes no sense. */
  BAD_REQUEST(400),
  /** The token is not of this cluster. */
  UNAUTHORIZED(401),
  /** Upstream does not let us see it, or the origin does not fetch from this host. */
  DENIED(403),
  /** Upstream has no such thing. */
  NOT_FOUND(404),
  /** The range lies outside the blob. */
  RANGE(416),
  /** Upstream wants us to come back later. */
  RATE_LIMITED(429),
  /** The origin failed. */
  INTERNAL(500),
  /** Upstream answered with an error or with other bytes than it should. */
  UPSTREAM_FAILED(502),
  /** The origin has no room or is shutting down; another origin may help. */
  UNAVAILABLE(503),
  /** Upstream cannot be reached. */
  UPSTREAM_UNREACHABLE(504);

  private final int status;

  OriginReason(int status) {
    this.status = status;
  }

  /** The HTTP status that carries this reason. */
  public int status() {
    return status;
  }

  /** The reason behind an HTTP status whose body says nothing. */
  static OriginReason ofStatus(int status) {
    for (OriginReason reason : values()) {
      if (reason.status == status) {
        return reason;
      }
    }
    return status < 500 ? BAD_REQUEST : INTERNAL;
  }
}
