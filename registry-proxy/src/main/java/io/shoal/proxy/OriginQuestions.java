package io.shoal.proxy;

import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.OriginUnreachableException;
import io.shoal.client.origin.Origins;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import java.io.IOException;
import java.util.Optional;

/** Puts questions to the origins and tells the client's side of a no. */
final class OriginQuestions {

  private final Origins origins;

  OriginQuestions(Origins origins) {
    this.origins = origins;
  }

  /**
   * The first useful answer.
   *
   * @param key what the origins are shared out by
   * @param missing what a no means
   */
  <T> T ask(String key, RegistryErrorCode missing, Origins.Question<T> question)
      throws RegistryException, InterruptedException {
    try {
      return origins.ask(key, question);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw meaning(e, missing);
    }
  }

  /** What an origin's no means to a client; never a 429, which clients repeat on the same host. */
  private static RegistryException meaning(IOException e, RegistryErrorCode missing) {
    String message = String.valueOf(e.getMessage());
    if (!(e instanceof OriginException said)) {
      int status = e instanceof OriginUnreachableException ? 504 : 503;
      return RegistryException.unavailable(status, message, Optional.empty(), e);
    }
    return switch (said.reason()) {
      case NOT_FOUND -> new RegistryException(missing, message);
      case DENIED -> new RegistryException(RegistryErrorCode.DENIED, message);
      case RANGE -> new RegistryException(RegistryErrorCode.RANGE_INVALID, message);
      case UPSTREAM_FAILED -> RegistryException.unavailable(502, message, said.retryAfter(), e);
      case UPSTREAM_UNREACHABLE ->
          RegistryException.unavailable(504, message, said.retryAfter(), e);
      case BAD_REQUEST, UNAUTHORIZED, RATE_LIMITED, INTERNAL, UNAVAILABLE ->
          RegistryException.unavailable(503, message, said.retryAfter(), e);
    };
  }
}
