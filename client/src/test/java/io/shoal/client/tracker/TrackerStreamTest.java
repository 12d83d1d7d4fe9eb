package io.shoal.client.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.json.ShoalJson;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackerStreamTest {

  private static final AgentMessage.Hello HELLO =
      new AgentMessage.Hello(
          new PeerId(0, 1), PeerRole.AGENT, Optional.empty(), 4610, "n", Map.of(), "1");

  private final MockWebServer server = new MockWebServer();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> over = new LinkedBlockingQueue<>();
  private final AtomicBoolean silent = new AtomicBoolean(true);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void leavesATrackerThatTakesItsHelloAndSaysNothingAndTriesAgain() throws Exception {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return tracker(silent.getAndSet(false) ? new Silent() : new Welcoming());
          }
        });

    try (TrackerStream stream = open(Duration.ofSeconds(1))) {
      assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("lost: no welcome within 1000 ms");
      String next;
      do {
        next = heard.poll(60, TimeUnit.SECONDS);
      } while (next != null && next.startsWith("lost: no welcome"));
      assertThat(next).isEqualTo("up: true");
      assertThat(stream.connected()).isTrue();
    }
    // The fake server waits at its end for its connections, but not for long.
    for (int i = 0; i < server.getRequestCount(); i++) {
      assertThat(over.poll(60, TimeUnit.SECONDS)).as("connection %d", i).isNotNull();
    }
  }

  /** A tracker that is there, and no more. */
  private class Silent extends WebSocketListener {
    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      socket.close(code, reason);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      over.add("closed");
    }

    @Override
    public void onFailure(WebSocket socket, Throwable cause, @Nullable Response response) {
      over.add("failed: " + cause);
    }
  }

  /** A tracker that does what it should. */
  private final class Welcoming extends Silent {
    @Override
    public void onMessage(WebSocket socket, String text) {
      if (text.contains("hello")) {
        socket.send(ShoalJson.write(new TrackerMessage.Welcome(Duration.ofSeconds(10), 1)));
      }
    }
  }

  private static MockResponse tracker(WebSocketListener listener) {
    return new MockResponse.Builder().webSocketUpgrade(listener).build();
  }

  private TrackerStream open(Duration welcomeLimit) {
    return TrackerStream.open(
        new OkHttpClient(),
        server.url("/").uri(),
        HELLO,
        () -> NodeStats.NONE,
        new TrackerListener() {
          @Override
          public void message(TrackerMessage message) {}

          @Override
          public void connected(boolean up) {
            heard.add("up: " + up);
          }

          @Override
          public void lost(String reason) {
            heard.add("lost: " + reason);
          }
        },
        welcomeLimit);
  }
}
