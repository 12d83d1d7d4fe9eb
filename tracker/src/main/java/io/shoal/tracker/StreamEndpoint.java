package io.shoal.tracker;

import io.micronaut.http.HttpRequest;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.annotation.OnClose;
import io.micronaut.websocket.annotation.OnError;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.OnOpen;
import io.micronaut.websocket.annotation.ServerWebSocket;
import io.shoal.client.tracker.TrackerStream;

/** The peers' streams, as Micronaut sees them. */
@ServerWebSocket(TrackerStream.PATH)
final class StreamEndpoint {

  private final Streams streams;

  StreamEndpoint(Streams streams) {
    this.streams = streams;
  }

  @OnOpen
  void open(WebSocketSession session, HttpRequest<?> request) {
    streams.opened(session, request);
  }

  @OnMessage(maxPayloadLength = TrackerStream.MAX_MESSAGE_BYTES)
  void message(String text, WebSocketSession session) {
    streams.received(session, text);
  }

  @OnClose
  void close(WebSocketSession session) {
    streams.closed(session);
  }

  @OnError
  void error(WebSocketSession session, Throwable cause) {
    streams.failed(session, cause);
  }
}
