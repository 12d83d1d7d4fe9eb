package io.shoal.oci.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The Authorization header for each repository of one upstream, got as Docker Hub wants it: the
 * first request goes without, upstream names its token server, and the token is kept until shortly
 * before it expires. With a login the token server is asked with it, else anonymously.
 */
final class TokenSource {

  /** More repositories than this at a time only cost one more round trip each. */
  private static final int MAX_TOKENS = 1024;

  private static final Duration DEFAULT_LIFE = Duration.ofSeconds(60);
  private static final long MAX_ANSWER_BYTES = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Token(String header, long expiresNanos) {}

  private final HostGuard guard;
  private final HttpUrl base;
  private final Optional<Login> login;
  private final String actions;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Token> byRepository =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Token> eldest) {
          return size() > MAX_TOKENS;
        }
      };

  /**
   * @param actions what a token must permit where upstream does not say it: {@code pull} or {@code
   *     pull,push}
   */
  TokenSource(
      HostGuard guard,
      HttpUrl base,
      Optional<Login> login,
      String actions,
      LongSupplier nanoClock) {
    this.guard = guard;
    this.base = base;
    this.login = login;
    this.actions = actions;
    this.nanoClock = nanoClock;
  }

  /** What to send before upstream has complained. */
  Optional<String> known(String repository) {
    lock.lock();
    try {
      Token token = byRepository.get(repository);
      return token != null && nanoClock.getAsLong() - token.expiresNanos < 0
          ? Optional.of(token.header)
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What to send after a 401.
   *
   * @param refused the header upstream did not accept, if one was sent
   * @return empty if there is nothing better to send
   */
  Optional<String> renew(String repository, Optional<String> refused, Response unauthorized)
      throws UpstreamException, IOException {
    Optional<String> newer =
        known(repository).filter(header -> !Optional.of(header).equals(refused));
    if (newer.isPresent()) {
      return newer;
    }
    Optional<Challenge> challenge = Challenge.of(unauthorized);
    if (challenge.isEmpty()) {
      return Optional.empty();
    }
    Optional<Token> token =
        switch (challenge.get()) {
          case Challenge.Bearer bearer -> Optional.of(fetch(repository, bearer));
          case Challenge.Basic _ -> login.map(l -> new Token(l.basic(), inFuture(DEFAULT_LIFE)));
        };
    lock.lock();
    try {
      byRepository.remove(repository);
      token.ifPresent(t -> byRepository.put(repository, t));
    } finally {
      lock.unlock();
    }
    return token.map(Token::header).filter(header -> !Optional.of(header).equals(refused));
  }

  private Token fetch(String repository, Challenge.Bearer bearer)
      throws UpstreamException, IOException {
    HttpUrl realm = HttpUrl.parse(bearer.realm());
    if (realm == null || (base.isHttps() && !realm.isHttps())) {
      throw new UpstreamException(
          Kind.DENIED, base.host() + " names a token server that is not https: " + bearer.realm());
    }
    HttpUrl.Builder url = realm.newBuilder();
    bearer.service().ifPresent(service -> url.addQueryParameter("service", service));
    url.addQueryParameter(
        "scope", bearer.scope().orElse("repository:" + repository + ":" + actions));
    login.ifPresent(l -> url.addQueryParameter("account", l.username()));
    Request.Builder request = new Request.Builder().url(url.build());
    login.ifPresent(l -> request.header("Authorization", l.basic()));
    try (Response response = guard.shortCall(request.build()).execute()) {
      if (!response.isSuccessful()) {
        throw Answers.failure("a token for " + repository + " from " + realm.host(), response);
      }
      JsonNode json = JSON.readTree(response.peekBody(MAX_ANSWER_BYTES).byteStream());
      String token = json.path("token").asText(json.path("access_token").asText(""));
      if (token.isEmpty()) {
        throw new UpstreamException(Kind.FAILED, realm.host() + " answered without a token");
      }
      long seconds = json.path("expires_in").asLong(DEFAULT_LIFE.toSeconds());
      // A token that expires on its way is refused, so it is given up a little early.
      Duration life = Duration.ofSeconds(Math.max(1, seconds - Math.min(10, seconds / 4)));
      return new Token("Bearer " + token, inFuture(life));
    }
  }

  private long inFuture(Duration duration) {
    return nanoClock.getAsLong() + duration.toNanos();
  }
}
