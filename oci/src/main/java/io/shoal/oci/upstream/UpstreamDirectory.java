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

  /** A registry that has all bytes of a blob may still have to move them to its storage. */
  private static final Duration WRITE_ANSWER_TIMEOUT = Duration.ofMinutes(5);

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
    HostGuard guard = guard(name, route, http);
    RepositoryRules rules = RepositoryRules.of(route.settings());
    UpstreamCalls calls = calls(name, route, guard, rules, login(route.settings()), "pull");
    return new UpstreamRegistry(calls, new ClientLogin(guard, base(route), rules, nanoClock));
  }

  /**
   * The registry of this name, to be written to.
   *
   * @param login who writes; without one it is who reads there, or nobody in particular
   */
  public UpstreamWriter writer(String upstream, Optional<Login> login) {
    String name = UpstreamNames.normal(upstream);
    UpstreamRoute route = config.route(name);
    HostGuard guard =
        guard(name, route, http.newBuilder().readTimeout(WRITE_ANSWER_TIMEOUT).build());
    return new UpstreamWriter(
        calls(
            name,
            route,
            guard,
            RepositoryRules.of(route.settings()),
            login.or(() -> login(route.settings())),
            "pull,push"));
  }

  private UpstreamCalls calls(
      String name,
      UpstreamRoute route,
      HostGuard guard,
      RepositoryRules rules,
      Optional<Login> login,
      String actions) {
    return new UpstreamCalls(
        guard,
        base(route),
        new TokenSource(guard, base(route), login, actions, nanoClock),
        rules,
        new RateGate(nanoClock),
        (status, limit, remaining) -> observer.answered(name, status, limit, remaining));
  }

  private static HttpUrl base(UpstreamRoute route) {
    return HttpUrl.get(route.base().toString());
  }

  private HostGuard guard(String name, UpstreamRoute route, OkHttpClient plain) {
    return new HostGuard(
        route.client(plain),
        base(route),
        names.mayBePrivate(name),
        new Globs(route.settings().privateHosts()));
  }

  private static Optional<Login> login(UpstreamConfig settings) {
    return settings
        .username()
        .flatMap(user -> settings.passwordFile().map(file -> new Login(user, file)));
  }
}
