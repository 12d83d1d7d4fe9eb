package io.shoal.proxy;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.origin.Origins;
import io.shoal.config.HostPort;
import io.shoal.core.peer.PeerRole;
import io.shoal.oci.registry.RegistryEndpoint;
import io.shoal.oci.registry.RequestResponder;
import io.shoal.oci.registry.UpstreamSelector;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.proxy.login.LoginGate;
import io.shoal.service.FrontHandler;
import io.shoal.service.HttpService;
import io.shoal.service.Meters;
import io.shoal.service.Readiness;
import io.shoal.service.UpstreamMeters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running registry proxy. */
public final class ProxyServer implements AutoCloseable {

  /** What the service is called; also keeps its beans apart from those of other services. */
  static final String NAME = "registry-proxy";

  private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);

  private final HttpService server;
  private final Readiness readiness = new Readiness();
  private final PrometheusMeterRegistry meters = Meters.ofProcess();
  private final RegistryEndpoint endpoint;
  private final ExecutorService blocking;
  private final OkHttpClient http;
  private final UpstreamDirectory upstreams;

  private ProxyServer(ProxyConfig config, ClusterFile cluster) throws IOException {
    http = PinnedClient.forPeer(cluster, PeerRole.AGENT);
    blocking =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("origin-read-", 0).factory());
    upstreams = new UpstreamDirectory(config.upstreams(), new UpstreamMeters(meters)::answered);
    OriginQuestions origins =
        new OriginQuestions(new Origins(http, config.origins()), upstreams.names());
    RequestResponder pulls =
        RegistryEndpoint.reading(new OriginContent(origins, blocking), upstreams, false);
    RequestResponder registry = config.push().enabled() ? pushes(config, pulls) : pulls;
    endpoint =
        new RegistryEndpoint(
            LoginGate.before(registry, config.login()), new RegistryMetrics(meters));
    if (config.push().enabled() && config.login().users().isEmpty()) {
      log.warn("Whoever reaches {} may push (login.users is not set)", config.listen());
    }
    if (config.login().users().isPresent() && !isLoopback(config.listen())) {
      log.warn(
          "Passwords come to {} in clear: let nothing reach it but a load balancer that speaks TLS",
          config.listen());
    }
    server =
        HttpService.start(
            NAME,
            config.listen(),
            Optional.empty(),
            new FrontHandler(endpoint::newHandler),
            meters,
            readiness);
  }

  private static boolean isLoopback(HostPort address) {
    try {
      return InetAddress.getByName(address.host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private RequestResponder pushes(ProxyConfig config, RequestResponder pulls) {
    return new PushForwarder(
        pulls, new UpstreamSelector(upstreams.names()), http, config.origins().getFirst());
  }

  /**
   * Starts a proxy; it serves when this returns.
   *
   * @param insecure whether it may run without a cluster file
   * @throws IOException if the cluster file or the file of users is missing or unusable, or the
   *     address is taken
   */
  public static ProxyServer start(ProxyConfig config, boolean insecure) throws IOException {
    return new ProxyServer(config, ClusterFile.load(config.cluster(), insecure));
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    readiness.closing();
    server.close();
    endpoint.close();
    blocking.shutdownNow();
    upstreams.close();
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
    meters.close();
  }
}
