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
import io.shoal.tracker.jobs.JobService;
import io.shoal.tracker.jobs.JobStore;
import io.shoal.tracker.jobs.Previews;
import io.shoal.tracker.jobs.RocksJobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running tracker. */
public final class TrackerServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrackerServer.class);

  /** Shorter than callers wait for an answer. */
  private static final Duration PREVIEW_LIMIT = Duration.ofSeconds(8);

  private final HttpService http;
  private final Streams streams;
  private final JobService jobs;
  private final Readiness readiness;
  private final PrometheusMeterRegistry metrics;

  private TrackerServer(
      HttpService http,
      Streams streams,
      JobService jobs,
      Readiness readiness,
      PrometheusMeterRegistry metrics) {
    this.http = http;
    this.streams = streams;
    this.jobs = jobs;
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
    JobService jobs = new JobService(jobStore(config), InstantSource.system());
    Previews previews = new Previews(PREVIEW_LIMIT);
    Streams streams = new Streams(fleet, jobs, previews, access, System::nanoTime, metrics);
    JobMeters.show(jobs, metrics);
    Readiness readiness = new Readiness();
    HttpService http;
    try {
      http =
          HttpService.start(
              "tracker",
              config.listen(),
              identity,
              access,
              streams,
              jobs,
              previews,
              metrics,
              readiness);
    } catch (IOException | RuntimeException e) {
      jobs.close();
      throw e;
    }
    streams.start();
    LOG.info("tracker listens on {}", http.uri());
    return new TrackerServer(http, streams, jobs, readiness, metrics);
  }

  private static JobStore jobStore(TrackerConfig config) throws IOException {
    Optional<Path> dir = config.store().dir();
    if (dir.isEmpty()) {
      LOG.warn("store.dir is not set: a restart forgets the pre-warm jobs");
      return JobStore.none();
    }
    return RocksJobStore.open(dir.get().resolve("jobs"));
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
    jobs.close();
    metrics.close();
  }
}
