package io.shoal.tracker;

import io.micronaut.http.HttpRequest;
import io.micronaut.websocket.CloseReason;
import io.micronaut.websocket.WebSocketSession;
import io.shoal.core.peer.PeerId;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connection of a peer, and what waits to be sent on it. */
final class PeerStream {

  /** Room for a membership snapshot of the largest fleet and the handouts behind it. */
  private static final long OUTBOX_CHARACTERS = 16L << 20;

  private final WebSocketSession session;
  private final HttpRequest<?> request;
  private final String sourceHost;
  private final AtomicLong waiting = new AtomicLong();
  private @Nullable PeerId peer;

  PeerStream(WebSocketSession session, HttpRequest<?> request) {
    this.session = session;
    this.request = request;
    this.sourceHost = request.getRemoteAddress().getAddress().getHostAddress();
  }

  String sessionId() {
    return session.getId();
  }

  HttpRequest<?> request() {
    return request;
  }

  /** The address the connection comes from; forwarding headers are not believed. */
  String sourceHost() {
    return sourceHost;
  }

  /** Who speaks, once it has said hello. */
  @Nullable PeerId peer() {
    return peer;
  }

  void is(PeerId id) {
    this.peer = id;
  }

  /** Queues a message; false if too much waits already. */
  boolean send(String text) {
    if (!session.isOpen()) {
      return true;
    }
    if (waiting.addAndGet(text.length()) > OUTBOX_CHARACTERS) {
      return false;
    }
    session.sendAsync(text).whenComplete((sent, failure) -> waiting.addAndGet(-text.length()));
    return true;
  }

  void close(CloseReason reason) {
    if (session.isOpen()) {
      session.close(reason);
    }
  }
}
