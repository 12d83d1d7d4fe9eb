package io.shoal.service;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.micronaut.runtime.server.EmbeddedServer;
import io.netty.channel.EventLoopGroup;
import io.shoal.client.cluster.ServerIdentity;
import io.shoal.config.HostPort;
import java.io.IOException;
import java.net.URI;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP side of a running service: Micronaut with the beans of this service and nothing from the
 * environment, over TLS if there is a key.
 */
public final class HttpService implements AutoCloseable {

  /** The event loops: one takes connections, the others serve them. */
  private static final List<String> EVENT_LOOPS = List.of("parent", "default");

  /** The first that is there: epoll sends a file with fewer system calls than Java's own does. */
  private static final List<String> TRANSPORTS = List.of("epoll", "nio");

  private static final long END_SECONDS = 10;

  private final ApplicationContext context;
  private final EmbeddedServer server;
  private final List<EventLoopGroup> loops;

  private HttpService(ApplicationContext context) {
    this.context = context;
    this.server = context.getBean(EmbeddedServer.class);
    EventLoopGroupRegistry groups = context.getBean(EventLoopGroupRegistry.class);
    this.loops =
        EVENT_LOOPS.stream().map(groups::getEventLoopGroup).flatMap(Optional::stream).toList();
  }

  /**
   * Starts to serve.
   *
   * @param name the service's; selects its beans, for all services share one class path
   * @param listen where; port 0 for any free one
   * @param identity key and certificate; without them it speaks plain HTTP
   * @param beans what the service's controllers work on; with a {@link FrontHandler} among them,
   *     that one sees every request first
   * @throws IOException if the address cannot be used
   */
  public static HttpService start(
      String name, HostPort listen, Optional<ServerIdentity> identity, Object... beans)
      throws IOException {
    HttpService service =
        new HttpService(
            ApplicationContext.builder()
                .deduceEnvironment(false)
                .environmentPropertySource(false)
                .banner(false)
                .properties(properties(name, listen, identity))
                .singletons(beans)
                .start());
    try {
      service.server.start();
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw new IOException("the " + name + " cannot listen on " + listen, e);
    }
  }

  private static Map<String, Object> properties(
      String name, HostPort listen, Optional<ServerIdentity> identity) throws IOException {
    int port = listen.port() == 0 ? -1 : listen.port();
    Map<String, Object> properties = new HashMap<>();
    properties.put("shoal.service", name);
    properties.put("micronaut.application.name", "shoal-" + name);
    properties.put("micronaut.server.host", listen.host());
    properties.put("micronaut.server.port", port);
    properties.put("micronaut.netty.event-loops.parent.num-threads", 1);
    for (String loop : EVENT_LOOPS) {
      String prefix = "micronaut.netty.event-loops." + loop;
      properties.put(prefix + ".transport", TRANSPORTS);
      // Whoever is cut off asks again, here or elsewhere: no need to wait for more.
      properties.put(prefix + ".shutdown-quiet-period", "0s");
    }
    if (identity.isPresent()) {
      // The key store goes to Netty through memory: it never touches the disk.
      String password = "memory";
      byte[] store = identity.get().pkcs12(password);
      properties.put("micronaut.server.ssl.enabled", true);
      properties.put("micronaut.server.ssl.port", port);
      properties.put("micronaut.server.ssl.key-store.type", "PKCS12");
      properties.put("micronaut.server.ssl.key-store.password", password);
      properties.put(
          "micronaut.server.ssl.key-store.path",
          "base64:" + Base64.getEncoder().encodeToString(store));
    }
    return properties;
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Where it is reached. */
  public URI uri() {
    return server.getURI();
  }

  /**
   * Stops serving. When this returns the port is free: a socket of a selector is let go of by the
   * selector's own thread, some time after its channel was closed, so those threads have to end
   * first.
   */
  @Override
  public void close() {
    context.close();
    for (EventLoopGroup group : loops) {
      group.terminationFuture().awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
    }
  }
}
