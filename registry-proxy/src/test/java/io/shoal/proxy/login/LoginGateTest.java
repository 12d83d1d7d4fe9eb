package io.shoal.proxy.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.shoal.oci.registry.Answer;
import io.shoal.oci.registry.RequestResponder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginGateTest {

  private static final String BLOB = "/v2/team/app/blobs/x";

  @TempDir Path dir;

  /** A registry that lets everybody do everything. */
  private static final class Open implements RequestResponder {
    @Override
    public boolean claims(String uri) {
      return true;
    }

    @Override
    public boolean takesBody(HttpRequest request) {
      return !request.method().equals(HttpMethod.GET);
    }

    @Override
    public Answer answer(HttpRequest request) {
      return new Answer(HttpResponseStatus.OK, new DefaultHttpHeaders(), new Answer.Nothing());
    }
  }

  private RequestResponder gate(List<String> push, List<String> pull) throws Exception {
    StringBuilder users = new StringBuilder();
    for (String user : List.of("ci", "me", "stranger")) {
      byte[] salt = "0123456789abcdef".getBytes(UTF_8);
      users.append(user + ":" + OpenBSDBCrypt.generate("2y", user.toCharArray(), salt, 4) + "\n");
    }
    Path file = dir.resolve("users");
    Files.writeString(file, users);
    return LoginGate.before(new Open(), new LoginConfig(Optional.of(file), push, pull));
  }

  private static Answer ask(RequestResponder gate, String method, String uri, String login)
      throws Exception {
    HttpRequest request =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), uri);
    if (!login.isEmpty()) {
      request
          .headers()
          .set(
              "Authorization",
              "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8)));
    }
    return gate.takesBody(request)
        ? gate.answer(request, InputStream.nullInputStream())
        : gate.answer(request);
  }

  private static int status(RequestResponder gate, String method, String uri, String login)
      throws Exception {
    return ask(gate, method, uri, login).status().code();
  }

  @Test
  void writersPushReadersPullAndNobodyElse() throws Exception {
    RequestResponder gate = gate(List.of("ci"), List.of("me"));
    assertThat(status(gate, "PUT", BLOB, "ci:ci")).isEqualTo(200);
    assertThat(status(gate, "GET", BLOB, "ci:ci")).isEqualTo(200);
    assertThat(status(gate, "GET", BLOB, "me:me")).isEqualTo(200);
    assertThat(status(gate, "PUT", BLOB, "me:me")).isEqualTo(403);
    assertThat(status(gate, "GET", BLOB, "stranger:stranger")).isEqualTo(403);
    assertThat(status(gate, "PUT", BLOB, "ci:me")).isEqualTo(401);
    assertThat(status(gate, "GET", BLOB, "")).isEqualTo(401);
    assertThat(status(gate, "GET", BLOB, ":")).isEqualTo(401);
  }

  @Test
  void withoutReadersAnybodyPullsButClientsLearnThatThereAreLogins() throws Exception {
    RequestResponder gate = gate(List.of("*"), List.of());
    assertThat(status(gate, "GET", BLOB, "")).isEqualTo(200);
    assertThat(status(gate, "GET", BLOB, ":")).isEqualTo(200);
    assertThat(status(gate, "PUT", BLOB, "")).isEqualTo(401);
    assertThat(status(gate, "PUT", BLOB, ":")).isEqualTo(401);
    assertThat(status(gate, "PUT", BLOB, "stranger:stranger")).isEqualTo(200);
    Answer base = ask(gate, "GET", "/v2/", "");
    assertThat(base.status().code()).isEqualTo(401);
    assertThat(base.headers().get("WWW-Authenticate")).startsWith("Basic realm=\"shoal\"");
    assertThat(status(gate, "GET", "/v2/", "me:me")).isEqualTo(200);
    assertThat(status(gate, "GET", "/v2/", "me:wrong")).isEqualTo(401);
    // A wrong login is told, also where none is needed.
    assertThat(status(gate, "GET", BLOB, "me:wrong")).isEqualTo(401);
  }

  @Test
  void guessersAreTurnedAway() throws Exception {
    RequestResponder gate = gate(List.of("*"), List.of());
    for (int i = 0; i < 10; i++) {
      assertThat(status(gate, "GET", "/v2/", "me:wrong" + i)).isEqualTo(401);
    }
    Answer answer = ask(gate, "GET", "/v2/", "me:me");
    assertThat(answer.status().code()).isEqualTo(429);
    assertThat(answer.headers().get("Retry-After")).isNotEmpty();
  }

  @Test
  void othersSchemesAreChallenged() throws Exception {
    RequestResponder gate = gate(List.of("*"), List.of());
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, BLOB);
    for (String header : new String[] {"Bearer x", "Basic !", "Basic eA==", "Basic A"}) {
      request.headers().set("Authorization", header);
      assertThat(gate.answer(request).status().code()).isEqualTo(401);
    }
  }

  @Test
  void withoutUsersThereIsNoGate() throws Exception {
    Open open = new Open();
    assertThat(LoginGate.before(open, new LoginConfig(Optional.empty(), List.of("*"), List.of())))
        .isSameAs(open);
    assertThatThrownBy(() -> new LoginConfig(Optional.empty(), List.of("ci"), List.of()))
        .hasMessageContaining("set users");
  }
}
