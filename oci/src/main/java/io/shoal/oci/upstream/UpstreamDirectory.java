package io.shoal.oci.upstream;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** The upstream registries by name. A host that is not allowed has no entry, so nobody dials it. */
public final class UpstreamDirectory implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
  private static final int MAX_IDLE_CONNECTIONS = 16;

  /** Only a pattern in the allow-list can bring this many names about. */
  private static final int MAX_REGISTRIES = 256;

  private final UpstreamsConfig config;
  private final UpstreamNames names;
  private final UpstreamObserver observer;
  private final LongSupplier nanoClock;
  private final OkHttpClient http;
  private final Map<String, UpstreamRegistry> open =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, UpstreamRegistry> eldest) {
          return size() > MAX_REGISTRIES;
        }
      };

  /** The directory of these upstreams, on connections of its own. */
  public UpstreamDirectory(UpstreamsConfig config) {
    this(config, (registry, status, limit, remaining) -> {});
  }

  /** The directory of these upstreams; the observer is told how they answer. */
  public UpstreamDirectory(UpstreamsConfig config, UpstreamObserver observer) {
    this(config, observer, CONNECT_TIMEOUT, READ_TIMEOUT, System::nanoTime);
  }

  UpstreamDirectory(
      UpstreamsConfig config,
      UpstreamObserver observer,
      Duration connect,
      Duration read,
      LongSupplier nanoClock) {
    this.config = config;
    this.observer = observer;
    this.names = config.names();
    this.nanoClock = nanoClock;
    this.http =
        new OkHttpClient.Builder()
            .connectTimeout(connect)
            .readTimeout(read)
            .writeTimeout(read)
            .connectionPool(new ConnectionPool(MAX_IDLE_CONNECTIONS, 1, TimeUnit.MINUTES))
            .followRedirects(false)
            .followSslRedirects(false)
            .build();
  }

  /** Which hosts are allowed. */
  public UpstreamNames names() {
    return names;
  }

  /** The registry of this host, or empty if the host is not allowed. */
  public Optional<UpstreamRegistry> registry(String upstream) {
    if (!names.allows(upstream)) {
      return Optional.empty();
    }
    String name = UpstreamNames.normal(upstream);
    synchronized (open) {
      return Optional.of(open.computeIfAbsent(name, this::connect));
    }
  }

  /**
   * The registry this reader reads from, with his token if that is what decides there; or empty if
   * the host is not allowed.
   */
  public Optional<UpstreamRegistry> registry(Reader reader) {
    Optional<ClientToken> token =
        names.isRelay(reader.upstream()) ? reader.token() : Optional.empty();
    return registry(reader.upstream()).map(registry -> registry.as(token));
  }

  /** Lets go of idle connections. */
  @Override
  public void close() {
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }

  private UpstreamRegistry connect(String name) {
    UpstreamRoute route = config.route(name);
    UpstreamConfig settings = route.settings();
    HttpUrl base = HttpUrl.get(route.base().toString());
    Optional<Login> login =
        settings
            .username()
            .flatMap(user -> settings.passwordFile().map(file -> new Login(user, file)));
    HostGuard guard =
        new HostGuard(
            route.client(http), base, names.mayBePrivate(name), new Globs(settings.privateHosts()));
    RepositoryRules rules = RepositoryRules.of(settings);
    UpstreamCalls calls =
        new UpstreamCalls(
            guard,
            base,
            new TokenSource(guard, base, login, nanoClock),
            rules,
            new RateGate(nanoClock),
            (status, limit, remaining) -> observer.answered(name, status, limit, remaining));
    return new UpstreamRegistry(calls, new ClientLogin(guard, base, rules, nanoClock));
  }
}
