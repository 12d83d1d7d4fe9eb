package io.shoal.oci.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Logs clients in at one registry whose mode is relay: tells where its token server is, and passes
 * a client's user name and password on to it. Keeps neither them nor the token. Blocking.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token
 *     authentication</a>
 */
public final class ClientLogin {

  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final long DEFAULT_SECONDS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What the token server gave.
   *
   * @param value the token itself
   * @param seconds how long it is good
   */
  public record Token(String value, long seconds) {

    @Override
    public String toString() {
      return "a token for " + seconds + " s";
    }
  }

  private record Known(Challenge.Bearer challenge, long atNanos) {}

  private final HostGuard guard;
  private final HttpUrl base;
  private final RepositoryRules rules;
  private final LongSupplier nanoClock;
  private volatile @Nullable Known known;

  ClientLogin(HostGuard guard, HttpUrl base, RepositoryRules rules, LongSupplier nanoClock) {
    this.guard = guard;
    this.base = base;
    this.rules = rules;
    this.nanoClock = nanoClock;
  }

  /**
   * The registry's own WWW-Authenticate for reading this repository.
   *
   * @throws UpstreamException if the registry cannot be asked, or has no token server
   */
  public String challenge(String repository) throws UpstreamException {
    Challenge.Bearer bearer = bearer();
    String service = bearer.service().map(name -> ",service=\"" + quoted(name) + "\"").orElse("");
    return "Bearer realm=\"%s\"%s,scope=\"%s\""
        .formatted(realm(bearer), service, scope(repository));
  }

  /**
   * A token for reading this repository.
   *
   * @param basic the client's Authorization header
   * @throws UpstreamException if the token server refuses, or must not be given a password
   */
  public Token token(String repository, String basic) throws UpstreamException {
    Challenge.Bearer bearer = bearer();
    HttpUrl.Builder url = realm(bearer).newBuilder().addQueryParameter("scope", scope(repository));
    bearer.service().ifPresent(service -> url.addQueryParameter("service", service));
    Request request = new Request.Builder().url(url.build()).header("Authorization", basic).build();
    String what = "a token for " + repository;
    try (Response response = guard.shortCall(request).execute()) {
      // A redirect is not followed: a password goes to the token server alone.
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      JsonNode json = JSON.readTree(Answers.readCapped(what, response, MAX_ANSWER_BYTES));
      String token = json.path("token").asText(json.path("access_token").asText(""));
      if (!ClientToken.isBearer("Bearer " + token)) {
        throw new UpstreamException(Kind.FAILED, what + ": the token server's answer has none");
      }
      return new Token(token, json.path("expires_in").asLong(DEFAULT_SECONDS));
    } catch (PrivateAddressException e) {
      throw new UpstreamException(Kind.DENIED, what + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw Answers.unreachable(what, url.build().host(), e);
    }
  }

  private String scope(String repository) {
    return "repository:" + rules.there(repository) + ":pull";
  }

  /** Where passwords go: over TLS, unless the operator has named the registry itself by http. */
  private HttpUrl realm(Challenge.Bearer bearer) throws UpstreamException {
    HttpUrl realm = HttpUrl.parse(bearer.realm());
    if (realm == null || (base.isHttps() && !realm.isHttps())) {
      throw new UpstreamException(
          Kind.DENIED, base.host() + " names a token server that is not https: " + bearer.realm());
    }
    return realm;
  }

  private Challenge.Bearer bearer() throws UpstreamException {
    Known last = known;
    if (last != null && nanoClock.getAsLong() - last.atNanos < KEPT.toNanos()) {
      return last.challenge;
    }
    String what = "how to log in at " + base.host();
    Request request =
        new Request.Builder()
            .url(base.newBuilder().addPathSegment("v2").addPathSegment("").build())
            .header("User-Agent", "shoal")
            .header("Via", "1.1 shoal")
            .build();
    try (Response response = guard.shortCall(request).execute()) {
      if (response.code() == 401
          && Challenge.of(response).orElse(null) instanceof Challenge.Bearer bearer) {
        known = new Known(bearer, nanoClock.getAsLong());
        return bearer;
      }
      if (response.code() != 401 && !response.isSuccessful()) {
        throw Answers.failure(what, response);
      }
      throw new UpstreamException(
          Kind.DENIED, base.host() + " has no token server, which mode relay needs");
    } catch (PrivateAddressException e) {
      throw new UpstreamException(Kind.DENIED, what + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw Answers.unreachable(what, base.host(), e);
    }
  }

  private static String quoted(String text) {
    return text.replaceAll("[\\p{Cntrl}\"\\\\]", "");
  }

  /** For logs. */
  @Override
  public String toString() {
    return "login at " + base.host();
  }

  /** Whether this is the user name and password of a client. */
  public static Optional<String> basic(String header) {
    return Optional.of(header.strip())
        .filter(text -> text.matches("(?i:basic) +[A-Za-z0-9+/]{1,8192}={0,2}"));
  }
}
