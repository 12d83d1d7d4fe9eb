package io.shoal.client.origin;

/** Names both sides of the origin's API share. */
public final class OriginApi {

  /** {@code GET ?upstream=&repository=&reference=} with Accept: a manifest. */
  public static final String MANIFESTS = "/shoal/v1/manifests";

  /**
   * {@code POST /{digest}/open?upstream=&repository=}: make the origin fetch a blob. {@code GET
   * /{digest}?upstream=&repository=} with Range: its bytes. {@code HEAD} of the same: its length in
   * Content-Length, without making the origin fetch it.
   */
  public static final String BLOBS = "/shoal/v1/blobs";

  /** {@code GET ?upstream=&repository=&n=&last=}: tags. */
  public static final String TAGS = "/shoal/v1/tags";

  /** {@code GET ?upstream=&repository=&digest=}: an image index of what refers to a manifest. */
  public static final String REFERRERS = "/shoal/v1/referrers";

  /** {@code GET ?upstream=&n=&last=}: repositories. */
  public static final String CATALOG = "/shoal/v1/catalog";

  /**
   * Before paths of the registry protocol, such as {@code /v2/NAME/blobs/uploads/?ns=REGISTRY}:
   * push and content management, answered as the protocol says.
   */
  public static final String PUSH = "/shoal/v1/push";

  /** {@code GET}: what was pushed and is still on its way to its registry. */
  public static final String DELIVERIES = "/shoal/v1/deliveries";

  /**
   * {@code GET ?upstream=&repository=&manifest=} or {@code &blob=}: whether the client may be told
   * about it, which does not make the origin fetch it.
   */
  public static final String RIGHTS = "/shoal/v1/rights";

  /**
   * Header of any question about content: the Authorization header of the client on whose behalf it
   * is asked, where the client's token decides.
   */
  public static final String CLIENT_HEADER = "Shoal-Client-Authorization";

  /** Header of a manifest's answer: its digest. */
  public static final String DIGEST_HEADER = "Shoal-Digest";

  /** Header of a manifest's answer: {@code true} if upstream could not be asked about the tag. */
  public static final String STALE_HEADER = "Shoal-Stale";

  /** The longest manifest, as the OCI distribution spec says. */
  public static final int MAX_MANIFEST_BYTES = 4 << 20;

  private OriginApi() {}
}
