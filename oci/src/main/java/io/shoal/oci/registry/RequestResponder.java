package io.shoal.oci.registry;

import io.netty.handler.codec.http.HttpRequest;

/** Answers some of the requests of a connection in front of the web framework. */
public interface RequestResponder {

  /** Whether requests for this address are answered here; all others are passed on. */
  boolean claims(String uri);

  /**
   * The answer to a request for such an address, or to one that is not HTTP at all. May block;
   * knows nothing of connections. Errors are answers, too.
   */
  Answer answer(HttpRequest request) throws InterruptedException;
}
