package io.shoal.oci.registry;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.shoal.oci.upstream.ClientLogin;
import io.shoal.oci.upstream.ClientToken;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How clients log in where their own token decides: challenges them in the way each of them
 * understands, and answers as their token server. Everything else is answered behind it.
 *
 * <p>Docker's graph driver, Podman and skopeo take the challenge from {@code /v2/} alone, which
 * names neither registry nor repository; containerd never asks {@code /v2/} and takes it from each
 * request.
 */
final class LoginResponder implements RequestResponder {

  static final String TOKEN_PATH = "/shoal/token";

  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9.-]+(?::\\d{1,5})?|\\[[0-9a-fA-F:.]+\\](?::\\d{1,5})?");
  private static final Pattern SCOPE = Pattern.compile("repository:([^ ]+):[a-z,*]+");

  /** The anonymous token costs nothing to get anew. */
  private static final long ANONYMOUS_SECONDS = 300;

  private final RequestResponder registry;
  private final UpstreamDirectory upstreams;
  private final UpstreamSelector selector;

  LoginResponder(RequestResponder registry, UpstreamDirectory upstreams) {
    this.registry = registry;
    this.upstreams = upstreams;
    this.selector = new UpstreamSelector(upstreams.names());
  }

  @Override
  public boolean claims(String uri) {
    return registry.claims(uri) || isToken(uri);
  }

  private static boolean isToken(String uri) {
    return uri.equals(TOKEN_PATH) || uri.startsWith(TOKEN_PATH + "?");
  }

  @Override
  public Answer answer(HttpRequest request) throws InterruptedException {
    if (request.decoderResult().isFailure() || !upstreams.names().anyRelay()) {
      return isToken(request.uri()) && request.decoderResult().isSuccess()
          ? token(request)
          : registry.answer(request);
    }
    if (isToken(request.uri())) {
      return token(request);
    }
    Answer answer = registry.answer(request);
    // What is answered with 200 has an address that makes sense.
    if (answer.status().code() == 200
        && isBase(request)
        && !ClientToken.isBearer(authorization(request))) {
      return challenged(
          request,
          Bodies.error(
              answer.headers().remove(HttpHeaderNames.CONTENT_LENGTH),
              request,
              new RegistryException(RegistryErrorCode.UNAUTHORIZED, "say who you are, or nobody")));
    }
    return answer.status().equals(HttpResponseStatus.UNAUTHORIZED)
        ? challenged(request, answer)
        : answer;
  }

  private static boolean isBase(HttpRequest request) {
    return RegistryRoute.parse(new QueryStringDecoder(request.uri()).path())
        instanceof RegistryRoute.Base;
  }

  private static String authorization(HttpRequest request) {
    return request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
  }

  private Answer challenged(HttpRequest request, Answer answer) {
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    Optional<String> name = name(RegistryRoute.parse(uri.path()));
    Optional<String> namespace = Listings.parameter(uri, "ns");
    String challenge =
        name.flatMap(repository -> namespace.flatMap(ns -> upstreams(repository, ns)))
            .orElseGet(() -> own(request, name));
    answer.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, challenge);
    return answer;
  }

  private static Optional<String> name(RegistryRoute route) {
    return switch (route) {
      case RegistryRoute.Manifest r -> Optional.of(r.name());
      case RegistryRoute.Blob r -> Optional.of(r.name());
      case RegistryRoute.TagList r -> Optional.of(r.name());
      case RegistryRoute.Referrers r -> Optional.of(r.name());
      case RegistryRoute.Base _, RegistryRoute.Catalog _, RegistryRoute.Unknown _ ->
          Optional.empty();
    };
  }

  /** Upstream's own challenge: who names upstream has a login for it, and none for us. */
  private Optional<String> upstreams(String repository, String namespace) {
    try {
      ContentName name = selector.select(repository, Optional.of(namespace));
      Optional<ClientLogin> login =
          upstreams.registry(name.upstream()).map(registry -> registry.login());
      return login.isEmpty()
          ? Optional.empty()
          : Optional.of(login.get().challenge(name.repository()));
    } catch (RegistryException | UpstreamException e) {
      return Optional.empty();
    }
  }

  private static String own(HttpRequest request, Optional<String> repository) {
    // The client's own name for us, which is the only one that it can certainly reach.
    String host = request.headers().get(HttpHeaderNames.HOST, "");
    String scheme = forwardedFrom(request).equals("https") ? "https://" : "http://";
    String realm = (HOST.matcher(host).matches() ? scheme + host : "") + TOKEN_PATH;
    String scope = repository.map(name -> ",scope=\"repository:" + name + ":pull\"").orElse("");
    return "Bearer realm=\"%s\",service=\"shoal\"%s".formatted(realm, scope);
  }

  /** What a load balancer that speaks TLS says about it; a client that lies harms himself. */
  private static String forwardedFrom(HttpRequest request) {
    return request.headers().get("X-Forwarded-Proto", "");
  }

  private Answer token(HttpRequest request) throws InterruptedException {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    try {
      if (!request.method().equals(HttpMethod.GET)) {
        // containerd and Docker begin with POST, and go on with GET when they are told this.
        headers.set(HttpHeaderNames.ALLOW, "GET");
        throw new RegistryException(RegistryErrorCode.UNSUPPORTED, "tokens are asked for by GET");
      }
      ClientLogin.Token token = token(new QueryStringDecoder(request.uri()), request);
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("token", token.value());
      body.put("access_token", token.value());
      body.put("expires_in", token.seconds());
      return Bodies.memory(headers, request, "application/json", Bodies.json(body));
    } catch (UpstreamException e) {
      RegistryException failure = RegistryException.of(e, RegistryErrorCode.DENIED);
      return Bodies.error(
          headers,
          request,
          e.kind() == UpstreamException.Kind.DENIED
              ? new RegistryException(
                  RegistryErrorCode.UNAUTHORIZED, String.valueOf(e.getMessage()))
              : failure);
    } catch (RegistryException e) {
      return Bodies.error(headers, request, e);
    } catch (IllegalArgumentException e) {
      return Bodies.error(
          headers,
          request,
          new RegistryException(RegistryErrorCode.PARAMETER_INVALID, "malformed address"));
    }
  }

  /** Passwords go only where the scope says, and only if the client's token decides there. */
  private ClientLogin.Token token(QueryStringDecoder uri, HttpRequest request)
      throws RegistryException, UpstreamException {
    Optional<String> basic = ClientLogin.basic(authorization(request));
    Optional<String> repository = scope(uri);
    if (basic.isPresent() && repository.isPresent()) {
      ContentName name = selector.select(repository.get(), Listings.parameter(uri, "ns"));
      if (upstreams.names().isRelay(name.upstream())) {
        return upstreams
            .registry(name.upstream())
            .orElseThrow()
            .login()
            .token(name.repository(), basic.get());
      }
    }
    return new ClientLogin.Token(ClientToken.ANONYMOUS, ANONYMOUS_SECONDS);
  }

  /** {@code repository:quay.io/org/app:pull}: the first one counts. */
  private static Optional<String> scope(QueryStringDecoder uri) {
    return Listings.parameter(uri, "scope")
        .flatMap(scopes -> scopes.lines().findFirst())
        .map(scopes -> scopes.split(" ", 2)[0])
        .map(SCOPE::matcher)
        .filter(Matcher::matches)
        .map(scope -> scope.group(1));
  }
}
