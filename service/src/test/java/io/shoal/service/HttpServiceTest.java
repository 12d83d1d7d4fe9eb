package io.shoal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.shoal.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpServiceTest {

  private final PrometheusMeterRegistry meters = Meters.ofProcess();
  private final Readiness readiness = new Readiness();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.close();
    meters.close();
  }

  private HttpService start(int port, Object... more) throws IOException {
    Object[] beans = new Object[more.length + 2];
    beans[0] = meters;
    beans[1] = readiness;
    System.arraycopy(more, 0, beans, 2, more.length);
    return HttpService.start("test", new HostPort("127.0.0.1", port), Optional.empty(), beans);
  }

  private HttpResponse<String> get(HttpService service, String path) throws Exception {
    URI uri = service.uri().resolve(path);
    return client.send(java.net.http.HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  @Test
  void answersProbesAndShowsItsNumbers() throws Exception {
    try (HttpService service = start(0)) {
      assertThat(get(service, "/health/live").body()).isEqualTo("ok\n");
      assertThat(get(service, "/health/ready").statusCode()).isEqualTo(200);
      assertThat(get(service, "/metrics").body()).contains("jvm_memory_used_bytes");
      readiness.closing();
      assertThat(get(service, "/health/ready").statusCode()).isEqualTo(503);
      assertThat(get(service, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void thePortIsFreeWhenItHasClosed() throws Exception {
    HttpService first = start(0);
    int port = first.port();
    assertThat(get(first, "/health/live").statusCode()).isEqualTo(200);
    first.close();
    for (int i = 0; i < 5; i++) {
      try (HttpService again = start(port)) {
        assertThat(get(again, "/health/live").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void saysWhichAddressIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> start(taken.getLocalPort()))
          .isInstanceOf(IOException.class)
          .hasMessage("the test cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void theFrontHandlerSeesEveryRequestFirst() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    FrontHandler front =
        new FrontHandler(() ->
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof HttpRequest request) {
                  seen.add(request.uri());
                }
                context.fireChannelRead(message);
              }
            });
    try (HttpService service = start(0, front)) {
      assertThat(get(service, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(service, "/nothing").statusCode()).isEqualTo(404);
    }
    assertThat(seen).containsExactly("/health/live", "/nothing");
  }

  /** Programs other than a service may use Micronaut on the same class path. */
  @Test
  void itsBeansExistInAServiceOnly() {
    try (ApplicationContext other = ApplicationContext.run(Map.of("micronaut.server.port", -1))) {
      assertThat(other.containsBean(OperationsController.class)).isFalse();
      assertThat(other.containsBean(FrontPipeline.class)).isFalse();
    }
  }
}
