package io.shoal.oci.upstream;

import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Requests to one registry: logs in where it must, and follows redirects. */
final class UpstreamCalls {

  private static final int MAX_REDIRECTS = 8;

  private final OkHttpClient http;
  private final HttpUrl base;
  private final TokenSource tokens;

  UpstreamCalls(OkHttpClient http, HttpUrl base, TokenSource tokens) {
    this.http = http;
    this.base = base;
    this.tokens = tokens;
  }

  /** The registry's host, for messages. */
  String host() {
    return base.host();
  }

  @Override
  public String toString() {
    return base.toString();
  }

  /** The address of the registry's API. */
  HttpUrl.Builder api() {
    return base.newBuilder().addPathSegment("v2");
  }

  HttpUrl url(String repository, String kind, String reference) {
    return api().addPathSegments(repository).addPathSegment(kind).addPathSegment(reference).build();
  }

  /**
   * Sends, logs in if told to, follows redirects.
   *
   * @param repository what a token must be good for
   */
  Response send(String what, String repository, Request.Builder template) throws UpstreamException {
    Request plain = template.header("User-Agent", "shoal").header("Via", "1.1 shoal").build();
    Optional<String> header = tokens.known(repository);
    try {
      Response response = follow(what, authorized(plain, header));
      if (response.code() != 401 || !sameServer(response.request().url(), base)) {
        return response;
      }
      Optional<String> better;
      try (response) {
        better = tokens.renew(repository, header, response);
        if (better.isEmpty()) {
          throw Answers.failure(what, response);
        }
      }
      return follow(what, authorized(plain, better));
    } catch (UncheckedIOException e) {
      throw new UpstreamException(Kind.DENIED, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw Answers.unreachable(what, base.host(), e);
    }
  }

  private Response follow(String what, Request first) throws UpstreamException, IOException {
    Request request = first;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      Response response = http.newCall(request).execute();
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
