package io.shoal.proxy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFileException;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.core.peer.PeerRole;
import io.shoal.oci.registry.RegistryEndpoint;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;

/** A running registry proxy. */
public final class ProxyServer implements AutoCloseable {

  /** What the service is called; also keeps its beans apart from those of other services. */
  static final String NAME = "registry-proxy";

  private final ApplicationContext context;
  private final RegistryEndpoint endpoint;
  private final ExecutorService blocking;
  private final OkHttpClient http;
  private final int port;

  private ProxyServer(ProxyConfig config, ClusterFile cluster) {
    http = PinnedClient.forPeer(cluster, PeerRole.AGENT);
    blocking =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("origin-read-", 0).factory());
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    endpoint =
        new RegistryEndpoint(
            new OriginContent(new Origins(http, config.origins()), blocking),
            config.upstreams().names(),
            false,
            new RegistryMetrics(meters));
    context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .environmentPropertySource(false)
            .banner(false)
            .properties(
                Map.of(
                    "shoal.service",
                    NAME,
                    "micronaut.application.name",
                    "shoal-" + NAME,
                    "micronaut.server.host",
                    config.listen().host(),
                    "micronaut.server.port",
                    config.listen().port()))
            .build();
    context.registerSingleton(RegistryEndpoint.class, endpoint);
    context.registerSingleton(PrometheusMeterRegistry.class, meters);
    context.start();
    port = context.getBean(EmbeddedServer.class).start().getPort();
  }

  /**
   * Starts a proxy; it serves when this returns.
   *
   * @param insecure whether it may run without a cluster file
   * @throws ClusterFileException if the cluster file is missing or unusable
   */
  public static ProxyServer start(ProxyConfig config, boolean insecure)
      throws ClusterFileException {
    if (config.cluster().isEmpty() && !insecure) {
      throw new IllegalArgumentException(
          "cluster must name the cluster file (see shoal cluster init), or start with --insecure");
    }
    ClusterFile cluster =
        config.cluster().isPresent()
            ? ClusterFile.read(config.cluster().get())
            : ClusterFile.insecure(List.of());
    return new ProxyServer(config, cluster);
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    context.close();
    endpoint.close();
    blocking.shutdownNow();
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }
}
