package io.shoal.tracker;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ServerIdentity;
import io.shoal.config.HostPort;
import io.shoal.tracker.fleet.Fleet;
import io.shoal.tracker.fleet.FleetLimits;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running tracker. */
public final class TrackerServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrackerServer.class);

  private final ApplicationContext context;
  private final EmbeddedServer server;
  private final Streams streams;
  private final PrometheusMeterRegistry metrics;

  private TrackerServer(
      ApplicationContext context, Streams streams, PrometheusMeterRegistry metrics) {
    this.context = context;
    this.server = context.getBean(EmbeddedServer.class);
    this.streams = streams;
    this.metrics = metrics;
  }

  /**
   * Starts a tracker; it serves when this returns.
   *
   * @param insecure whether {@code --insecure} was given: no secret, plain HTTP
   * @throws IOException if a file it needs cannot be used, or its address is taken
   */
  public static TrackerServer start(TrackerConfig config, boolean insecure) throws IOException {
    ClusterFile cluster = ClusterFile.load(config.cluster(), insecure);
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Access access = new Access(cluster.secret());
    Fleet fleet =
        new Fleet(
            FleetLimits.with(config.heartbeat()),
            new SplittableRandom(),
            System.currentTimeMillis(),
            System.nanoTime());
    Streams streams = new Streams(fleet, access, System::nanoTime, metrics);
    ApplicationContext context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .environmentPropertySource(false)
            .banner(false)
            .properties(properties(config, insecure))
            .singletons(access, streams, metrics)
            .start();
    TrackerServer tracker = new TrackerServer(context, streams, metrics);
    try {
      tracker.server.start();
    } catch (RuntimeException e) {
      tracker.close();
      throw new IOException("the tracker cannot listen on " + config.listen(), e);
    }
    tracker.observe();
    streams.start();
    LOG.info("tracker listens on {}", tracker.server.getURI());
    return tracker;
  }

  private static Map<String, Object> properties(TrackerConfig config, boolean insecure)
      throws IOException {
    HostPort listen = config.listen();
    int port = listen.port() == 0 ? -1 : listen.port();
    Map<String, Object> properties = new HashMap<>();
    properties.put("shoal.service", "tracker");
    properties.put("micronaut.server.host", listen.host());
    properties.put("micronaut.server.port", port);
    // Whatever is still to be said is said by closing the streams: no need to wait for more.
    properties.put("micronaut.netty.event-loops.default.shutdown-quiet-period", "0s");
    if (!insecure) {
      // The key store goes to Netty through memory: it never touches the disk.
      String password = "memory";
      byte[] store = serverKey(config).pkcs12(password);
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

  private static ServerIdentity serverKey(TrackerConfig config) throws IOException {
    if (config.serverKey().isEmpty()) {
      throw new IOException("serverKey is not set (shoal cluster init writes it: server.pem)");
    }
    return ServerIdentity.read(config.serverKey().get());
  }

  private void observe() {
    new JvmMemoryMetrics().bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    new UptimeMetrics().bindTo(metrics);
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Tells the peers, then stops serving. */
  @Override
  public void close() {
    streams.close();
    context.close();
    metrics.close();
  }
}
