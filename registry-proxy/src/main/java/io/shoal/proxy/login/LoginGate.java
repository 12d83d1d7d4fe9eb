package io.shoal.proxy.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.shoal.oci.registry.Answer;
import io.shoal.oci.registry.Bodies;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.registry.RequestResponder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before a registry and asks who is there (RFC 7617), as docker, podman and skopeo login
 * answer it. Pushes are what the registry behind it takes a body of. Passwords are passed on to
 * nobody.
 */
public final class LoginGate implements RequestResponder {

  private static final Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]{1,8192}={0,2})");

  private final LoginConfig config;
  private final Passwords passwords;
  private final RequestResponder registry;

  private LoginGate(LoginConfig config, Passwords passwords, RequestResponder registry) {
    this.config = config;
    this.passwords = passwords;
    this.registry = registry;
  }

  /**
   * The registry, behind a gate if the configuration has users.
   *
   * @throws IOException if the file of users cannot be used
   */
  public static RequestResponder before(RequestResponder registry, LoginConfig config)
      throws IOException {
    return config.users().isEmpty()
        ? registry
        : new LoginGate(
            config, new Passwords(new UserFile(config.users().get()), System::nanoTime), registry);
  }

  @Override
  public boolean claims(String uri) {
    return registry.claims(uri);
  }

  @Override
  public boolean takesBody(HttpRequest request) {
    return registry.takesBody(request);
  }

  @Override
  public Answer answer(HttpRequest request) throws InterruptedException {
    Optional<Answer> refused = refused(request, false);
    return refused.isPresent() ? refused.get() : registry.answer(request);
  }

  @Override
  public Answer answer(HttpRequest request, InputStream body) throws InterruptedException {
    Optional<Answer> refused = refused(request, true);
    return refused.isPresent() ? refused.get() : registry.answer(request, body);
  }

  private record Login(String user, String password) {}

  private Optional<Answer> refused(HttpRequest request, boolean push) throws InterruptedException {
    if (request.decoderResult().isFailure()) {
      return Optional.empty();
    }
    String header = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    if (header.isEmpty()) {
      return asks(request, push) ? Optional.of(challenge(request)) : Optional.empty();
    }
    Optional<Login> login = login(header);
    if (login.isEmpty()) {
      return Optional.of(challenge(request));
    }
    String user = login.get().user();
    if (user.isEmpty() && login.get().password().isEmpty()) {
      // Podman's way to have no login.
      return asks(request, push) ? Optional.of(challenge(request)) : Optional.empty();
    }
    return switch (passwords.check(user, login.get().password())) {
      case Passwords.Verdict.Right _ -> mayNot(request, user, push);
      case Passwords.Verdict.Wrong _ -> Optional.of(challenge(request));
      case Passwords.Verdict.NotNow later -> {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.RETRY_AFTER, later.pause().toSeconds() + 1);
        yield Optional.of(
            Bodies.error(
                headers,
                request,
                new RegistryException(
                    RegistryErrorCode.TOOMANYREQUESTS, "too many logins have failed")));
      }
    };
  }

  /**
   * Whether somebody without a login is asked for one. At {@code /v2/} always, because that is the
   * only place where Docker learns that there are logins at all.
   */
  private boolean asks(HttpRequest request, boolean push) {
    String path = request.uri().split("\\?", 2)[0];
    return push || !config.anyoneMayPull() || path.equals("/v2/") || path.equals("/v2");
  }

  private Optional<Answer> mayNot(HttpRequest request, String user, boolean push) {
    if (push ? config.mayPush(user) : config.mayPull(user)) {
      return Optional.empty();
    }
    return Optional.of(
        Bodies.error(
            new DefaultHttpHeaders(),
            request,
            new RegistryException(
                RegistryErrorCode.DENIED,
                push
                    ? "this user may not push here (login.push)"
                    : "this user may not pull here (login.pull)")));
  }

  private static Answer challenge(HttpRequest request) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set("Docker-Distribution-API-Version", "registry/2.0");
    headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"shoal\", charset=\"UTF-8\"");
    return Bodies.error(
        headers,
        request,
        new RegistryException(RegistryErrorCode.UNAUTHORIZED, "a login is needed here"));
  }

  private static Optional<Login> login(String header) {
    Matcher basic = BASIC.matcher(header.strip());
    if (!basic.matches()) {
      return Optional.empty();
    }
    try {
      String text = new String(Base64.getDecoder().decode(basic.group(1)), UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new Login(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
