package io.shoal.e2e.wire;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A member's stream to the tracker, as far as it takes to be handed out as a seeder. */
public final class TrackerSession implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final WebSocket socket;
  private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();

  private TrackerSession(WebSocket socket) {
    this.socket = socket;
  }

  /** Whether the tracker takes a stream that shows this token. */
  public static CompletableFuture<WebSocket> connect(
      HttpClient http, URI tracker, String token, WebSocket.Listener listener) {
    URI stream = URI.create("wss://" + tracker.getAuthority() + "/shoal/v1/stream");
    return http.newWebSocketBuilder()
        .connectTimeout(LIMIT)
        .header("Authorization", "Bearer " + token)
        .buildAsync(stream, listener);
  }

  /** Says hello and announces the whole blob. */
  static TrackerSession announceSeed(
      HttpClient http, URI tracker, Identity self, int listenPort, Torrent torrent) {
    CompletableFuture<Void> welcomed = new CompletableFuture<>();
    WebSocket socket = connect(http, tracker, self.agentToken(), new AwaitWelcome(welcomed)).join();
    TrackerSession session = new TrackerSession(socket);
    session.send(
        """
        {"type":"hello","peerId":"%s","role":"AGENT","host":null,"port":%d,
         "nodeName":"hostile-%d","labels":{},"version":"e2e"}\
        """
            .formatted(self.idText(), listenPort, listenPort));
    welcomed.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    session.send(
        """
        {"type":"announce","blobs":[{"digest":"%s","blobBytes":%d,"phase":"SEED",
         "piecesHave":%d,"pieceCount":%d}]}\
        """
            .formatted(
                torrent.digest(), torrent.blobBytes(), torrent.pieceCount(), torrent.pieceCount()));
    session.heart.scheduleAtFixedRate(session::beat, 0, 1, TimeUnit.SECONDS);
    return session;
  }

  private void beat() {
    send(
        """
        {"type":"heartbeat","stats":{"upstreamBytes":0,"originBytes":0,"peerBytes":0,
         "cacheBytes":0,"uploadedBytes":0,"blobs":1,"storedBytes":0,"uploadRateBytes":0,
         "downloadRateBytes":0,"progress":[]}}\
        """);
  }

  private synchronized void send(String message) {
    socket.sendText(message, true).orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    heart.shutdownNow();
    socket.abort();
  }

  private static final class AwaitWelcome implements WebSocket.Listener {
    private final CompletableFuture<Void> welcomed;
    private final StringBuilder text = new StringBuilder();

    AwaitWelcome(CompletableFuture<Void> welcomed) {
      this.welcomed = welcomed;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        if (text.indexOf("\"welcome\"") >= 0) {
          welcomed.complete(null);
        }
        text.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      welcomed.completeExceptionally(error);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      welcomed.completeExceptionally(
          new AssertionError("the tracker closed the stream: " + status + " " + reason));
      return CompletableFuture.completedFuture(null);
    }
  }
}
