package io.shoal.oci.upstream;

import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/** Requests to one registry: logs in where it must, and follows redirects. */
final class UpstreamCalls {

  private static final int MAX_REDIRECTS = 8;
  private static final String BLOB_BYTES = "GET blobs";
  private static final String UPLOAD = "PATCH ";

  private final HostGuard guard;
  private final HttpUrl base;
  private final TokenSource tokens;
  private final RepositoryRules rules;
  private final RateGate gate;
  private final Answered answered;
  private final Optional<ClientToken> client;

  /** Told of every answer of the registry itself. */
  @FunctionalInterface
  interface Answered {
    void by(int status, OptionalLong limit, OptionalLong remaining);
  }

  UpstreamCalls(
      HostGuard guard,
      HttpUrl base,
      TokenSource tokens,
      RepositoryRules rules,
      RateGate gate,
      Answered answered) {
    this(guard, base, tokens, rules, gate, answered, Optional.empty());
  }

  private UpstreamCalls(
      HostGuard guard,
      HttpUrl base,
      TokenSource tokens,
      RepositoryRules rules,
      RateGate gate,
      Answered answered,
      Optional<ClientToken> client) {
    this.guard = guard;
    this.base = base;
    this.tokens = tokens;
    this.rules = rules;
    this.gate = gate;
    this.answered = answered;
    this.client = client;
  }

  /** The same registry, asked with a client's token and no other. */
  UpstreamCalls as(ClientToken token) {
    return new UpstreamCalls(guard, base, tokens, rules, gate, answered, Optional.of(token));
  }

  /** The registry's host, for messages. */
  String host() {
    return base.host();
  }

  @Override
  public String toString() {
    return base.toString();
  }

  /** Which repositories may be read, and what they are called there. */
  RepositoryRules rules() {
    return rules;
  }

  /** The address of the registry's API. */
  HttpUrl.Builder api() {
    return base.newBuilder().addPathSegment("v2");
  }

  HttpUrl url(String repository, String kind, String reference) {
    return api()
        .addPathSegments(rules.there(repository))
        .addPathSegment(kind)
        .addPathSegment(reference)
        .build();
  }

  /**
   * Sends, logs in if told to, follows redirects.
   *
   * @param repository what a token must be good for
   */
  Response send(String what, String repository, Request.Builder template) throws UpstreamException {
    Request plain = template.header("User-Agent", "shoal").header("Via", "1.1 shoal").build();
    String kind = kind(plain);
    gate.check(kind, what, base.host());
    Response response = login(what, kind, repository, plain);
    if (response.code() == 429) {
      gate.refused(kind, Answers.retryAfter(response));
    } else {
      gate.passed(kind);
    }
    return response;
  }

  /** What registries count apart: HEAD or GET, of manifests, blobs, tags and so on. */
  private static String kind(Request request) {
    List<String> path = request.url().pathSegments();
    return request.method() + " " + path.get(Math.max(0, path.size() - 2));
  }

  private Response login(String what, String kind, String repository, Request plain)
      throws UpstreamException {
    // Where an upload goes is said by the registry, and may be a storage of somebody else's.
    Optional<String> header =
        sameServer(plain.url(), base)
            ? client.map(ClientToken::header).or(() -> tokens.known(rules.there(repository)))
            : Optional.empty();
    try {
      Response response = follow(what, kind, authorized(plain, header));
      if (client.isPresent()
          || response.code() != 401
          || !sameServer(response.request().url(), base)) {
        return response;
      }
      Optional<String> better;
      try (response) {
        better = tokens.renew(rules.there(repository), header, response);
        if (better.isEmpty()) {
          throw Answers.failure(what, response);
        }
      }
      return follow(what, kind, authorized(plain, better));
    } catch (UncheckedIOException e) {
      throw new UpstreamException(Kind.DENIED, String.valueOf(e.getMessage()), e);
    } catch (PrivateAddressException e) {
      throw new UpstreamException(Kind.DENIED, what + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw Answers.unreachable(what, base.host(), e);
    }
  }

  private Response follow(String what, String kind, Request first)
      throws UpstreamException, IOException {
    Request request = first;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      // A blob may take as long as it likes while its bytes keep coming.
      Call call =
          kind.equals(BLOB_BYTES) || kind.startsWith(UPLOAD)
              ? guard.clientFor(request.url()).newCall(request)
              : guard.shortCall(request);
      Response response = call.execute();
      if (sameServer(request.url(), base)) {
        answered.by(
            response.code(),
            Answers.rate(response, "RateLimit-Limit"),
            Answers.rate(response, "RateLimit-Remaining"));
      }
      if (!response.isRedirect()) {
        return response;
      }
      try (response) {
        String location = Answers.header(response, "Location");
        HttpUrl target = request.url().resolve(location);
        if (target == null || (request.url().isHttps() && !target.isHttps())) {
          throw new UpstreamException(Kind.FAILED, what + ": redirected from https to " + location);
        }
        Request.Builder next = request.newBuilder().url(target);
        if (!sameServer(target, base)) {
          next.removeHeader("Authorization");
        }
        request = next.build();
      }
    }
    throw new UpstreamException(Kind.FAILED, what + ": more than " + MAX_REDIRECTS + " redirects");
  }

  static boolean sameServer(HttpUrl a, HttpUrl b) {
    return a.host().equals(b.host()) && a.port() == b.port() && a.scheme().equals(b.scheme());
  }

  private static Request authorized(Request request, Optional<String> header) {
    return header
        .map(value -> request.newBuilder().header("Authorization", value).build())
        .orElse(request);
  }
}
