package io.shoal.client.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OriginWatchTest {

  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final InetSocketAddress ANYWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static Response call(int port, Duration limit) throws IOException {
    HttpUrl origin = HttpUrl.get("http://127.0.0.1:" + port);
    OkHttpClient http =
        OriginWatch.watched(
            new OkHttpClient.Builder().readTimeout(Duration.ZERO).build(), origin, INTERVAL, limit);
    return http.newCall(new Request.Builder().url(origin).build()).execute();
  }

  /** Connections are taken by the kernel, as they are kept when a host vanishes. */
  @Test
  void endsTheCallToAnOriginThatShowsNoSignOfLife() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> call(silent.getLocalPort(), INTERVAL).close())
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void leavesTheCallToAnOriginThatOnlyWaitsForUpstream() throws IOException {
    CountDownLatch probed = new CountDownLatch(3);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HttpServer origin = HttpServer.create(ANYWHERE, 0);
      origin.setExecutor(threads);
      origin.createContext(
          "/health/live",
          exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            probed.countDown();
          });
      origin.createContext(
          "/",
          exchange -> {
            try {
              probed.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      origin.start();
      try (Response answer = call(origin.getAddress().getPort(), Duration.ofSeconds(50))) {
        assertThat(answer.code()).isEqualTo(204);
      } finally {
        origin.stop(0);
      }
    }
  }
}
