package io.shoal.oci.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.shoal.oci.testing.FakeUpstream;
import io.shoal.oci.upstream.Settings;
import io.shoal.oci.upstream.UpstreamDirectory;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoginResponderTest {

  private static final String BLOB = "/v2/private.test/team/app/blobs/x";
  private static final String SCOPE = "/shoal/token?scope=repository:private.test/team/app:pull";

  private FakeUpstream upstream;
  private UpstreamDirectory directory;
  private LoginResponder responder;

  /** A registry that lets nobody read, but tells everybody that it is one. */
  private static final class Closed implements RequestResponder {
    @Override
    public boolean claims(String uri) {
      return uri.startsWith("/v2/");
    }

    @Override
    public Answer answer(HttpRequest request) {
      boolean isBase = request.uri().equals("/v2/");
      return new Answer(
          isBase ? HttpResponseStatus.OK : HttpResponseStatus.UNAUTHORIZED,
          new DefaultHttpHeaders(),
          new Answer.Nothing());
    }
  }

  @BeforeEach
  void start() throws Exception {
    upstream = new FakeUpstream();
    upstream.openWith("owner", "team/app");
    directory =
        new UpstreamDirectory(
            Settings.upstreams(
                "{private.test: {url: \"%s\", mode: relay}, open.test: {url: \"%s\"}}"
                    .formatted(upstream.uri(), upstream.uri())));
    responder = new LoginResponder(new Closed(), directory);
  }

  @AfterEach
  void stop() {
    directory.close();
    upstream.close();
  }

  private Answer ask(String method, String uri, String... headers) throws Exception {
    HttpRequest request =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), uri);
    for (int i = 0; i < headers.length; i += 2) {
      request.headers().add(headers[i], headers[i + 1]);
    }
    assertThat(responder.claims(uri)).isTrue();
    return responder.answer(request);
  }

  private static String challenge(Answer answer) {
    assertThat(answer.status().code()).isEqualTo(401);
    return answer.headers().get("WWW-Authenticate");
  }

  private static String text(Answer answer) {
    return answer.body() instanceof Answer.Memory(var bytes)
        ? UTF_8.decode(bytes.duplicate()).toString()
        : "";
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
  }

  @Test
  void theBaseAsksForATokenUntilOneIsShown() throws Exception {
    assertThat(challenge(ask("GET", "/v2/", "Host", "node:4600")))
        .isEqualTo("Bearer realm=\"http://node:4600/shoal/token\",service=\"shoal\"");
    assertThat(ask("GET", "/v2/", "Authorization", "Bearer x").status().code()).isEqualTo(200);
    assertThat(ask("GET", "/v2/", "Authorization", "Bearer shoal-anonymous").status().code())
        .isEqualTo(200);
  }

  @Test
  void theRealmIsWhatTheClientCallsUs() throws Exception {
    assertThat(challenge(ask("GET", "/v2/", "Host", "proxy.example", "X-Forwarded-Proto", "https")))
        .contains("realm=\"https://proxy.example/shoal/token\"");
    assertThat(challenge(ask("GET", "/v2/", "Host", "x\"y"))).contains("realm=\"/shoal/token\"");
    assertThat(challenge(ask("GET", BLOB, "Host", "[::1]:4600")))
        .contains("realm=\"http://[::1]:4600/shoal/token\"")
        .contains("scope=\"repository:private.test/team/app:pull\"");
  }

  @Test
  void whoNamesTheRegistryGetsItsOwnChallenge() throws Exception {
    assertThat(challenge(ask("GET", "/v2/team/app/blobs/x?ns=private.test", "Host", "node")))
        .contains("realm=\"" + upstream.uri() + "/token\"")
        .contains("scope=\"repository:team/app:pull\"");
    assertThat(challenge(ask("GET", "/v2/team/app/blobs/x?ns=evil.test", "Host", "node")))
        .contains("realm=\"http://node/shoal/token\"");
  }

  @Test
  void loginsGoToTheRegistryOfTheScopeAndNowhereElse() throws Exception {
    assertThat(text(ask("GET", SCOPE, "Authorization", basic("me:owner"))))
        .contains("\"token\":\"owner\"", "\"access_token\":\"owner\"", "\"expires_in\":120");
    Answer wrong = ask("GET", SCOPE, "Authorization", basic("me:wrong"));
    assertThat(wrong.status().code()).isEqualTo(401);
    assertThat(text(wrong)).doesNotContain("wrong");
    String open = "/shoal/token?scope=repository:open.test/team/app:pull";
    assertThat(text(ask("GET", open, "Authorization", basic("me:owner"))))
        .contains("shoal-anonymous");
    String evil = "/shoal/token?scope=repository:evil.test/team/app:pull&ns=evil.test";
    assertThat(ask("GET", evil, "Authorization", basic("me:owner")).status().code()).isEqualTo(404);
  }

  @Test
  void whoShowsNothingIsNobody() throws Exception {
    Answer answer = ask("GET", SCOPE);
    assertThat(text(answer)).contains("shoal-anonymous");
    assertThat(answer.headers().get("Cache-Control")).isEqualTo("no-store");
    assertThat(text(ask("GET", "/shoal/token", "Authorization", basic("me:owner"))))
        .contains("shoal-anonymous");
    assertThat(text(ask("GET", "/shoal/token?scope=catalog:*", "Authorization", basic("m:o"))))
        .contains("shoal-anonymous");
  }

  @Test
  void tokensAreAskedForByGet() throws Exception {
    Answer answer = ask("POST", "/shoal/token");
    assertThat(answer.status().code()).isEqualTo(405);
    assertThat(answer.headers().get("Allow")).isEqualTo("GET");
  }

  @Test
  void anOutageOfTheRegistryIsNoRefusal() throws Exception {
    upstream.down(true);
    assertThat(ask("GET", SCOPE, "Authorization", basic("me:owner")).status().code())
        .isEqualTo(502);
  }
}
