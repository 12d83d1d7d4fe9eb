package io.shoal.proxy;

import io.shoal.client.origin.OriginClient;
import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.OriginUnreachableException;
import io.shoal.core.ring.RendezvousRing;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;

/** The cluster's origins: asks the one responsible for a key, then the others in their order. */
final class Origins {

  /** A question to an origin. */
  @FunctionalInterface
  interface Question<T> {
    T ask(OriginClient origin) throws IOException;
  }

  /** Named by its address, which is what the ring goes by. */
  private record Origin(URI uri, OriginClient client) {
    @Override
    public String toString() {
      return uri.toString();
    }
  }

  private final RendezvousRing<Origin> ring;

  Origins(OkHttpClient http, List<URI> origins) {
    ring =
        new RendezvousRing<>(
            origins.stream().map(uri -> new Origin(uri, new OriginClient(http, uri))).toList());
  }

  /**
   * The first useful answer. An origin that cannot answer is passed over; one that says no speaks
   * for all.
   *
   * @param key what the origins are shared out by
   * @param missing what a no means
   */
  <T> T ask(String key, RegistryErrorCode missing, Question<T> question)
      throws RegistryException, InterruptedException {
    IOException last = new IOException("there is no origin");
    for (Origin origin : ring.owners(key, Integer.MAX_VALUE)) {
      try {
        return question.ask(origin.client());
      } catch (OriginException e) {
        last = e;
        if (!mayAnotherHelp(e)) {
          break;
        }
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        last = e;
      }
    }
    throw meaning(last, missing);
  }

  private static boolean mayAnotherHelp(OriginException e) {
    return switch (e.reason()) {
      case INTERNAL, UNAVAILABLE, UNAUTHORIZED -> true;
      case BAD_REQUEST,
          DENIED,
          NOT_FOUND,
          RANGE,
          RATE_LIMITED,
          UPSTREAM_FAILED,
          UPSTREAM_UNREACHABLE ->
          false;
    };
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
