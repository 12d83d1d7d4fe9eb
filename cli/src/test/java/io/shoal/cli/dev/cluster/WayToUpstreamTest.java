package io.shoal.cli.dev.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WayToUpstreamTest {

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final WayToUpstream way =
      new WayToUpstream(UpstreamImage.of(URI.create("http://127.0.0.1:5000"), "org/app:v1"));
  private volatile int status = 404;
  private HttpServer agent;

  @BeforeEach
  void serve() throws IOException {
    agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          byte[] body =
              "{\"errors\":[{\"message\":\"upstream is silent\"}]}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    agent.start();
  }

  @AfterEach
  void stop() {
    agent.stop(0);
  }

  @Test
  void isOpenWhenTheAnswerIsThatThereIsNoSuchTag() throws IOException {
    way.check(List.of(agent("agent-1"), agent("agent-2")));

    assertThat(asked).hasSize(2).allMatch(path -> path.startsWith("/v2/org/app/manifests/no-such"));
  }

  @Test
  void isClosedWithTheAgentsReason() {
    status = 504;

    assertThatThrownBy(() -> way.check(List.of(agent("agent-1"))))
        .isInstanceOf(IOException.class)
        .hasMessage("agent-1 cannot reach the registry http://127.0.0.1:5000: upstream is silent");
  }

  @Test
  void isClosedWhenAnAgentIsGone() {
    DevCluster.Agent gone = agent("agent-1");
    agent.stop(0);

    assertThatThrownBy(() -> way.check(List.of(gone)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("an agent gives no answer");
  }

  private DevCluster.Agent agent(String name) {
    return new DevCluster.Agent(
        name, URI.create("http://127.0.0.1:" + agent.getAddress().getPort()));
  }
}
