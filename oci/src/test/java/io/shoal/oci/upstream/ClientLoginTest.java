package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClientLoginTest {

  private static final String BASIC = "Basic bWU6c2VjcmV0";

  private final MockWebServer server = new MockWebServer();
  private UpstreamDirectory directory;
  private ClientLogin login;

  @BeforeEach
  void start() throws IOException {
    server.start();
    directory =
        new UpstreamDirectory(
            Settings.upstreams(
                "{private.test: {url: \"%s\", mode: relay, rewrite: hub}}"
                    .formatted(server.url("/"))));
    login = directory.registry("private.test").orElseThrow().login();
  }

  @AfterEach
  void stop() {
    directory.close();
    server.close();
  }

  private void challenges(String header) {
    server.enqueue(new MockResponse(401, Headers.of("WWW-Authenticate", header), ""));
  }

  private void bearer() {
    challenges("Bearer realm=\"" + server.url("/token") + "\",service=\"it\\\"s\"");
  }

  private RecordedRequest taken() throws InterruptedException {
    RecordedRequest request = server.takeRequest(5, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  private void assertRefused(Kind kind) {
    assertThatExceptionOfType(UpstreamException.class)
        .isThrownBy(() -> login.token("team/app", BASIC))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("bWU6c2VjcmV0"));
  }

  @Test
  void passesTheLoginOnForTheRegistrysOwnName() throws Exception {
    bearer();
    server.enqueue(new MockResponse(200, Headers.of(), "{\"token\":\"abc\",\"expires_in\":300}"));
    ClientLogin.Token token = login.token("team/app", BASIC);
    assertThat(token.value()).isEqualTo("abc");
    assertThat(token.seconds()).isEqualTo(300);
    assertThat(token.toString()).doesNotContain("abc");
    assertThat(taken().getHeaders().get("Authorization")).isNull();
    RecordedRequest asked = taken();
    assertThat(asked.getHeaders().get("Authorization")).isEqualTo(BASIC);
    assertThat(asked.getUrl().queryParameter("scope")).isEqualTo("repository:hub/team/app:pull");
    assertThat(asked.getUrl().queryParameter("service")).isEqualTo("it\"s");
  }

  @Test
  void tellsTheRegistrysChallengeWithTheScopeAndAsksForItOnce() throws Exception {
    bearer();
    String expected =
        "Bearer realm=\"%s\",service=\"its\",scope=\"repository:hub/team/app:pull\""
            .formatted(server.url("/token"));
    assertThat(login.challenge("team/app")).isEqualTo(expected);
    assertThat(login.challenge("team/app")).isEqualTo(expected);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void saysWhyThereIsNoToken() {
    bearer();
    server.enqueue(new MockResponse(401, Headers.of(), ""));
    assertRefused(Kind.DENIED);
    server.enqueue(new MockResponse(200, Headers.of(), "{}"));
    assertRefused(Kind.FAILED);
    server.enqueue(new MockResponse(200, Headers.of(), "{\"token\":\"a b\"}"));
    assertRefused(Kind.FAILED);
    server.enqueue(new MockResponse(503, Headers.of(), ""));
    assertRefused(Kind.FAILED);
  }

  @Test
  void aPasswordIsNotCarriedAlongARedirect() throws Exception {
    bearer();
    server.enqueue(
        new MockResponse(307, Headers.of("Location", server.url("/elsewhere").toString()), ""));
    assertRefused(Kind.FAILED);
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void aTokenServerAtAPrivateAddressGetsNoPassword() throws Exception {
    challenges("Bearer realm=\"http://127.0.0.2:1/token\"");
    assertRefused(Kind.DENIED);
  }

  @Test
  void aRegistryWithoutATokenServerCannotRelay() throws Exception {
    challenges("Basic realm=\"x\"");
    assertRefused(Kind.DENIED);
    server.enqueue(new MockResponse(200, Headers.of(), ""));
    assertRefused(Kind.DENIED);
  }

  @Test
  void aRegistryThatFailsIsNotTakenForOneWithoutATokenServer() {
    server.enqueue(new MockResponse(503, Headers.of(), ""));
    assertRefused(Kind.FAILED);
    server.enqueue(new MockResponse(429, Headers.of(), ""));
    assertRefused(Kind.RATE_LIMITED);
  }

  @Test
  void knowsALoginWhenItSeesOne() {
    assertThat(ClientLogin.basic(" basic bWU6eA== ")).contains("basic bWU6eA==");
    assertThat(ClientLogin.basic("Bearer x")).isEmpty();
    assertThat(ClientLogin.basic("Basic x\r\nY: z")).isEmpty();
    assertThat(ClientLogin.basic("")).isEmpty();
  }
}
