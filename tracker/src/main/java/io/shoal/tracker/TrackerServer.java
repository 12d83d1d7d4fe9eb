package io.shoal.tracker;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ServerIdentity;
import io.shoal.service.ClusterAccess;
import io.shoal.service.HttpService;
import io.shoal.service.Meters;
import io.shoal.service.Readiness;
import io.shoal.tracker.fleet.Fleet;
import io.shoal.tracker.fleet.FleetLimits;
import java.io.IOException;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running tracker. */
public final class TrackerServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrackerServer.class);

  private final HttpService http;
  private final Streams streams;
  private final Readiness readiness;
  private final PrometheusMeterRegistry metrics;

  private TrackerServer(
      HttpService http, Streams streams, Readiness readiness, PrometheusMeterRegistry metrics) {
    this.http = http;
    this.streams = streams;
    this.readiness = readiness;
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
    Optional<ServerIdentity> identity =
        insecure ? Optional.empty() : Optional.of(serverKey(config));
    PrometheusMeterRegistry metrics = Meters.ofProcess();
    ClusterAccess access = new ClusterAccess(cluster.secret());
    Fleet fleet =
        new Fleet(
            FleetLimits.with(config.heartbeat()),
            new SplittableRandom(),
            System.currentTimeMillis(),
            System.nanoTime());
    Streams streams = new Streams(fleet, access, System::nanoTime, metrics);
    Readiness readiness = new Readiness();
    HttpService http =
        HttpService.start(
            "tracker", config.listen(), identity, access, streams, metrics, readiness);
    streams.start();
    LOG.info("tracker listens on {}", http.uri());
    return new TrackerServer(http, streams, readiness, metrics);
  }

  private static ServerIdentity serverKey(TrackerConfig config) throws IOException {
    if (config.serverKey().isEmpty()) {
      throw new IOException("serverKey is not set (shoal cluster init writes it: server.pem)");
    }
    return ServerIdentity.read(config.serverKey().get());
  }

  /** The port it listens on. */
  public int port() {
    return http.port();
  }

  /** Tells the peers, then stops serving. */
  @Override
  public void close() {
    readiness.closing();
    streams.close();
    http.close();
    metrics.close();
  }
}
