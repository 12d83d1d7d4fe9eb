package io.shoal.oci.registry;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.UpstreamException;
import java.time.Duration;
import java.util.Optional;

/** A request is answered with an error: status, code of the distribution spec, and a reason. */
public final class RegistryException extends Exception {

  private final int status;
  private final RegistryErrorCode code;
  private final Optional<Duration> retryAfter;

  private RegistryException(
      int status,
      RegistryErrorCode code,
      String message,
      Optional<Duration> retryAfter,
      Optional<Throwable> cause) {
    super(message, cause.orElse(null));
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** An error with the status that belongs to its code. */
  public RegistryException(RegistryErrorCode code, String message) {
    this(code.status(), code, message, Optional.empty(), Optional.empty());
  }

  /** An error whose status is another than the usual one of its code. */
  public static RegistryException withStatus(int status, RegistryErrorCode code, String message) {
    return new RegistryException(status, code, message, Optional.empty(), Optional.empty());
  }

  /** Nobody has this blob. */
  public static RegistryException blobUnknown(ContentName name, Digest digest) {
    return new RegistryException(
        RegistryErrorCode.BLOB_UNKNOWN, "blob " + digest + " is not in " + name);
  }

  /** There is no such tag or manifest. */
  public static RegistryException manifestUnknown(ContentName name, String reference) {
    return new RegistryException(
        RegistryErrorCode.MANIFEST_UNKNOWN, "manifest " + reference + " is not in " + name);
  }

  /**
   * What is needed to answer fails, so that the client should try its next endpoint.
   *
   * @param status 502, 503 or 504
   * @param retryAfter how long the client should wait before it asks again, if that is known
   */
  public static RegistryException unavailable(
      int status, String message, Optional<Duration> retryAfter, Throwable cause) {
    return new RegistryException(
        status, RegistryErrorCode.UNAVAILABLE, message, retryAfter, Optional.of(cause));
  }

  /** What came is no HTTP request, or one that is larger than anybody needs. */
  static RegistryException notHttp(Throwable cause) {
    int status =
        switch (cause) {
          case TooLongHttpLineException _ -> 414;
          case TooLongHttpHeaderException _ -> 431;
          default -> RegistryErrorCode.PARAMETER_INVALID.status();
        };
    return new RegistryException(
        status,
        RegistryErrorCode.PARAMETER_INVALID,
        "not an HTTP request: " + cause.getMessage(),
        Optional.empty(),
        Optional.of(cause));
  }

  /**
   * What upstream's failure means for our client. Upstream's 429 becomes a 503: runtimes repeat a
   * 429 on the same host, whereas after a 503 they go on to the next.
   *
   * @param missing the code for what upstream has not got
   */
  public static RegistryException of(UpstreamException e, RegistryErrorCode missing) {
    RegistryErrorCode code =
        switch (e.kind()) {
          case NOT_FOUND -> missing;
          case DENIED -> RegistryErrorCode.DENIED;
          case RATE_LIMITED, FAILED, UNREACHABLE -> RegistryErrorCode.UNAVAILABLE;
        };
    int status =
        switch (e.kind()) {
          case NOT_FOUND, DENIED -> code.status();
          case RATE_LIMITED -> 503;
          case FAILED -> 502;
          case UNREACHABLE -> 504;
        };
    return new RegistryException(
        status, code, String.valueOf(e.getMessage()), e.retryAfter(), Optional.of(e));
  }

  /** The HTTP status to answer with. */
  public int status() {
    return status;
  }

  /** The code in the error body. */
  public RegistryErrorCode code() {
    return code;
  }

  /** How long the client should wait before it asks again. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
