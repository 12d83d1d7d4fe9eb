package io.shoal.agent.prewarm;

import io.shoal.agent.runtime.LoginConfig;
import io.shoal.agent.runtime.NamedLogin;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.upstream.ClientLogin;
import io.shoal.oci.upstream.ClientToken;
import io.shoal.oci.upstream.Login;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The login that one job names, and the tokens that it brings. Only registries whose mode is relay
 * are shown it: elsewhere the reader's own right does not matter. For one thread.
 */
final class Credentials {

  /** A token that ends sooner is not begun with. */
  private static final long SPARE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Optional<NamedLogin> login;
  private final UpstreamDirectory upstreams;
  private final Map<ContentName, Token> tokens = new HashMap<>();

  private record Token(Optional<ClientToken> token, long endsNanos) {}

  private Credentials(Optional<NamedLogin> login, UpstreamDirectory upstreams) {
    this.login = login;
    this.upstreams = upstreams;
  }

  /**
   * Looks the login up.
   *
   * @throws PrewarmException if a name is given that this agent does not know
   */
  static Credentials named(Optional<String> name, PrewarmConfig config, UpstreamDirectory upstreams)
      throws PrewarmException {
    if (name.isEmpty()) {
      return new Credentials(Optional.empty(), upstreams);
    }
    LoginConfig known = config.credentials().get(name.get());
    if (known == null) {
      throw new PrewarmException(
          "this agent knows no credentials '" + name.get() + "' (prewarm.credentials)");
    }
    return new Credentials(Optional.of(known.named(name.get())), upstreams);
  }

  /** The login for readers of this registry, if it wants one from them. */
  Optional<NamedLogin> login(String upstream) {
    return upstreams.names().isRelay(upstream) ? login : Optional.empty();
  }

  /** The same content, read by whom the login stands for. Asks a token server now and then. */
  ContentName reader(ContentName name) throws PrewarmException {
    Optional<NamedLogin> shown = login(name.upstream());
    if (shown.isEmpty()) {
      return name;
    }
    Token token = tokens.get(name);
    if (token == null || token.endsNanos() - System.nanoTime() < SPARE_NANOS) {
      token = ask(name, shown.get().login());
      tokens.put(name, token);
    }
    return new ContentName(name.upstream(), name.repository(), token.token());
  }

  private Token ask(ContentName name, Login shown) throws PrewarmException {
    try {
      UpstreamRegistry registry = upstreams.registry(name.upstream()).orElseThrow();
      ClientLogin.Token given = registry.login().token(name.repository(), shown.basic());
      return new Token(
          ClientToken.ofHeader("Bearer " + given.value()),
          System.nanoTime() + TimeUnit.SECONDS.toNanos(given.seconds()));
    } catch (UpstreamException | UncheckedIOException e) {
      throw new PrewarmException(name + ": " + e.getMessage(), e);
    }
  }

  /** What to add to a refusal. */
  String hint(ContentName name) {
    return login.isEmpty() && upstreams.names().isRelay(name.upstream())
        ? " (for a private image name a login of the agents with --credentials)"
        : "";
  }
}
