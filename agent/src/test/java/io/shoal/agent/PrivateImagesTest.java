package io.shoal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.config.ConfigLoader;
import io.shoal.core.content.Digest;
import io.shoal.oci.testing.FakeUpstream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose only registry is in mode relay, with an image that one user may read. */
@Timeout(120)
class PrivateImagesTest {

  private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

  @TempDir private Path dir;

  private final HttpClient client = HttpClient.newHttpClient();
  private final byte[] layer = new byte[3_000_000];
  private FakeUpstream upstream;
  private FakeUpstream open;
  private AgentServer agent;
  private Digest digest;
  private Digest manifest;

  @BeforeEach
  void start() throws Exception {
    new Random(2).nextBytes(layer);
    upstream = new FakeUpstream();
    open = new FakeUpstream();
    digest = upstream.addBlob(layer);
    manifest =
        upstream.addManifest(
            "1",
            TYPE,
            "{\"layers\":[{\"digest\":\"%s\",\"size\":%d}]}"
                .formatted(digest, layer.length)
                .getBytes(StandardCharsets.UTF_8));
    upstream.openWith("owner", "team/app");
    upstream.openWith("other", "third/own");
    upstream.keepIn("team/app", digest);
    upstream.keepIn("team/app", manifest);
    agent = start("60s", "15m");
  }

  private AgentServer start(String proofTtl, String grace) throws Exception {
    Map<String, String> settings =
        Map.of(
            "SHOAL_AGENT_LISTEN",
            "127.0.0.1:0",
            "SHOAL_AGENT_PEER_LISTEN",
            "127.0.0.1:0",
            "SHOAL_AGENT_STORE_DIR",
            dir.resolve("store").toString(),
            "SHOAL_AGENT_STORE_SHARE_OF_DISK",
            "0.9",
            "SHOAL_AGENT_STORE_KEEP_FREE",
            "0.01",
            "SHOAL_AGENT_AUTH_PROOF_TTL",
            proofTtl,
            "SHOAL_AGENT_AUTH_GRACE_DURING_OUTAGE",
            grace,
            "SHOAL_AGENT_UPSTREAMS_REGISTRIES",
            "{\"%s\": {url: \"%s\", mode: relay}, \"%s\": {url: \"%s\"}}"
                .formatted(upstream.host(), upstream.uri(), open.host(), open.uri()));
    return AgentServer.start(
        ConfigLoader.load(AgentConfig.class, AgentConfig.ENV_PREFIX, Optional.empty(), settings),
        true);
  }

  @AfterEach
  void stop() {
    client.close();
    agent.close();
    upstream.close();
    open.close();
  }

  private HttpResponse<byte[]> get(String path, String authorization) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.port() + path));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> ask(String repository, String what, String token) throws Exception {
    return get(
        "/v2/" + repository + "/" + what + "?ns=" + upstream.host(),
        token.isEmpty() ? "" : "Bearer " + token);
  }

  private String blob() {
    return "blobs/" + digest;
  }

  private void pull() throws Exception {
    assertThat(ask("team/app", "manifests/1", "owner").statusCode()).isEqualTo(200);
    assertThat(ask("team/app", blob(), "owner").body()).isEqualTo(layer);
  }

  @Test
  void threeUsersSeeWhatEachOfThemMay() throws Exception {
    pull();
    assertThat(upstream.blobBytesSent()).isEqualTo(layer.length);
    assertThat(ask("team/app", blob(), "owner").body()).isEqualTo(layer);
    assertThat(ask("team/app", blob(), "").statusCode()).isEqualTo(401);
    assertThat(ask("team/app", blob(), "nobody").statusCode()).isEqualTo(401);
    assertThat(ask("team/app", "manifests/" + manifest, "nobody").statusCode()).isEqualTo(401);
    assertThat(ask("team/app", "manifests/1", "other").statusCode()).isEqualTo(401);
    assertThat(ask("team/app", "tags/list", "nobody").statusCode()).isEqualTo(401);
    assertThat(ask("team/app", "referrers/" + manifest, "nobody").statusCode()).isEqualTo(401);
    assertThat(ask("third/own", blob(), "other").statusCode()).isEqualTo(404);
    assertThat(ask("third/own", "manifests/" + manifest, "other").statusCode()).isEqualTo(404);
    assertThat(upstream.blobBytesSent()).isEqualTo(layer.length);
  }

  @Test
  void aPublicRegistrysNameDoesNotOpenWhatIsPrivate() throws Exception {
    pull();
    assertThat(get("/v2/any/name/" + blob() + "?ns=" + open.host(), "").statusCode())
        .isEqualTo(404);
    assertThat(get("/v2/any/name/manifests/" + manifest + "?ns=" + open.host(), "").statusCode())
        .isEqualTo(404);
  }

  @Test
  void aManifestOpensNothingThatItsRegistryNeedNotHave() throws Exception {
    pull();
    for (String text :
        new String[] {
          "{\"subject\":{\"digest\":\"%s\",\"size\":1}}",
          "{\"manifests\":[{\"digest\":\"%s\",\"size\":1}]}",
          "{\"layers\":[{\"digest\":\"%s\",\"size\":1,\"urls\":[\"http://x\"]}]}"
        }) {
      upstream.addManifest("mine", TYPE, text.formatted(digest).getBytes(StandardCharsets.UTF_8));
      assertThat(ask("third/own", "manifests/mine", "other").statusCode()).isEqualTo(200);
      assertThat(ask("third/own", blob(), "other").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aProofOutlivesAnOutageButNoRefusal() throws Exception {
    agent.close();
    agent = start("0s", "15m");
    pull();
    upstream.down(true);
    assertThat(ask("team/app", blob(), "owner").body()).isEqualTo(layer);
    assertThat(ask("team/app", "manifests/1", "owner").statusCode()).isEqualTo(200);
    assertThat(ask("team/app", blob(), "nobody").statusCode()).isEqualTo(503);
    upstream.down(false);
    upstream.revoke("owner");
    assertThat(ask("team/app", blob(), "owner").statusCode()).isEqualTo(401);
    upstream.down(true);
    assertThat(ask("team/app", blob(), "owner").statusCode()).isEqualTo(503);
  }

  @Test
  void afterTheGraceNobodyIsToldAnything() throws Exception {
    agent.close();
    agent = start("0s", "0s");
    pull();
    upstream.down(true);
    assertThat(ask("team/app", blob(), "owner").statusCode()).isEqualTo(503);
  }

  @Test
  void clientsAreChallengedInTheWayTheyUnderstand() throws Exception {
    String own = "Bearer realm=\"http://127.0.0.1:" + agent.port() + "/shoal/token\"";
    assertThat(challenge("/v2/", "")).startsWith(own);
    assertThat(get("/v2/", "Bearer owner").statusCode()).isEqualTo(200);
    assertThat(challenge("/v2/" + upstream.host() + "/team/app/" + blob(), "")).startsWith(own);
    assertThat(challenge("/v2/team/app/" + blob() + "?ns=" + upstream.host(), ""))
        .isEqualTo(
            "Bearer realm=\"%s/token\",service=\"fake\",scope=\"repository:team/app:pull\""
                .formatted(upstream.uri()));
  }

  private String challenge(String path, String authorization) throws Exception {
    HttpResponse<byte[]> response = get(path, authorization);
    assertThat(response.statusCode()).isEqualTo(401);
    return response.headers().firstValue("WWW-Authenticate").orElseThrow();
  }

  @Test
  void aLoginIsPassedOnToTheRegistryThatTheScopeNames() throws Exception {
    String scope =
        "/shoal/token?service=shoal&scope=repository:" + upstream.host() + "/team/app:pull";
    assertThat(get(scope, basic("me:owner")).body()).asString().contains("\"token\":\"owner\"");
    assertThat(get(scope, basic("me:wrong")).statusCode()).isEqualTo(401);
    assertThat(get(scope, "").body()).asString().contains("shoal-anonymous");
    String elsewhere = "/shoal/token?scope=repository:" + open.host() + "/team/app:pull";
    assertThat(get(elsewhere, basic("me:owner")).body()).asString().contains("shoal-anonymous");
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }
}
