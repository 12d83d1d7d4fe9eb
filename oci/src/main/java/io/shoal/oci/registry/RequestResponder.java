package io.shoal.oci.registry;

import io.netty.handler.codec.http.HttpRequest;
import java.io.InputStream;

/** Answers some of the requests of a connection in front of the web framework. */
public interface RequestResponder {

  /** Whether requests for this address are answered here; all others are passed on. */
  boolean claims(String uri);

  /**
   * The answer to a request for such an address, or to one that is not HTTP at all. May block;
   * knows nothing of connections. Errors are answers, too.
   */
  Answer answer(HttpRequest request) throws InterruptedException;

  /**
   * Whether this request's body is read; without that a request with a body ends its connection.
   */
  default boolean takesBody(HttpRequest request) {
    return false;
  }

  /**
   * The answer to a request whose body is read as it arrives; for requests that {@link #takesBody}
   * says.
   *
   * @param body blocks until there are bytes; no more of them are held than one connection may cost
   */
  default Answer answer(HttpRequest request, InputStream body) throws InterruptedException {
    return answer(request);
  }
}
