package io.shoal.proxy;

import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.OriginUnreachableException;
import io.shoal.client.origin.Origins;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.upstream.UpstreamNames;
import java.io.IOException;
import java.util.Optional;

/** Puts questions to the origins and tells the client's side of a no. */
final class OriginQuestions {

  private final Origins origins;
  private final UpstreamNames names;

  OriginQuestions(Origins origins, UpstreamNames names) {
    this.origins = origins;
    this.names = names;
  }

  /**
   * The first useful answer about a repository, asked on behalf of its reader.
   *
   * @param key what the origins are shared out by
   * @param missing what a no means
   */
  <T> T ask(ContentName name, String key, RegistryErrorCode missing, Origins.Question<T> question)
      throws RegistryException, InterruptedException {
    // With another token the client may get an answer, so he is to be told to show one.
    RegistryErrorCode denied =
        names.isRelay(name.upstream()) ? RegistryErrorCode.UNAUTHORIZED : RegistryErrorCode.DENIED;
    return ask(key, missing, denied, origin -> question.ask(origin.as(name.clientToken())));
  }

  /**
   * The first useful answer.
   *
   * @param key what the origins are shared out by
   * @param missing what a no means
   */
  <T> T ask(String key, RegistryErrorCode missing, Origins.Question<T> question)
      throws RegistryException, InterruptedException {
    return ask(key, missing, RegistryErrorCode.DENIED, question);
  }

  private <T> T ask(
      String key, RegistryErrorCode missing, RegistryErrorCode denied, Origins.Question<T> question)
      throws RegistryException, InterruptedException {
    try {
      return origins.ask(key, question);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw meaning(e, missing, denied);
    }
  }

  /** What an origin's no means to a client; never a 429, which clients repeat on the same host. */
  private static RegistryException meaning(
      IOException e, RegistryErrorCode missing, RegistryErrorCode denied) {
    String message = String.valueOf(e.getMessage());
    if (!(e instanceof OriginException said)) {
      int status = e instanceof OriginUnreachableException ? 504 : 503;
      return RegistryException.unavailable(status, message, Optional.empty(), e);
    }
    return switch (said.reason()) {
      case NOT_FOUND -> new RegistryException(missing, message);
      case DENIED -> new RegistryException(denied, message);
      case RANGE -> new RegistryException(RegistryErrorCode.RANGE_INVALID, message);
      case UPSTREAM_FAILED -> RegistryException.unavailable(502, message, said.retryAfter(), e);
      case UPSTREAM_UNREACHABLE ->
          RegistryException.unavailable(504, message, said.retryAfter(), e);
      case BAD_REQUEST, UNAUTHORIZED, RATE_LIMITED, INTERNAL, UNAVAILABLE ->
          RegistryException.unavailable(503, message, said.retryAfter(), e);
    };
  }
}
