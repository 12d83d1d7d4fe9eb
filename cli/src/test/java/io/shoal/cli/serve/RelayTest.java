package io.shoal.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.agent.AgentConfig;
import io.shoal.agent.AgentServer;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.ConfigLoader;
import io.shoal.core.content.Digest;
import io.shoal.oci.testing.FakeUpstream;
import io.shoal.origin.OriginConfig;
import io.shoal.origin.OriginServer;
import io.shoal.proxy.ProxyConfig;
import io.shoal.proxy.ProxyServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Private images where the client's own token decides: agent, origin and registry-proxy. Starting
 * the three is most of the work, so all tests share them; each has an image of its own.
 */
@Timeout(120)
class RelayTest {

  private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

  @TempDir private static Path dir;

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Random RANDOM = new Random(7);
  private static FakeUpstream upstream;
  private static OriginServer origin;
  private static AgentServer agent;
  private static ProxyServer proxy;
  private static String registries;

  private final byte[] layer = new byte[3_000_000];
  private String tag;
  private Digest digest;
  private Digest manifest;
  private long sentBefore;

  @BeforeEach
  void addImage() {
    RANDOM.nextBytes(layer);
    digest = upstream.addBlob(layer);
    tag = digest.hex().substring(0, 8);
    manifest =
        upstream.addManifest(
            tag,
            TYPE,
            "{\"layers\":[{\"digest\":\"%s\",\"size\":%d}]}"
                .formatted(digest, layer.length)
                .getBytes(UTF_8));
    upstream.keepIn("team/app", digest);
    upstream.keepIn("team/app", manifest);
    sentBefore = upstream.blobBytesSent();
  }

  private long sent() {
    return upstream.blobBytesSent() - sentBefore;
  }

  @BeforeAll
  static void start() throws Exception {
    upstream = new FakeUpstream();
    upstream.openWith("owner", "team/app");
    upstream.openWith("other", "third/own");
    registries = "{\"%s\": {url: \"%s\", mode: relay}}".formatted(upstream.host(), upstream.uri());
    ClusterFolder.init(dir.resolve("cluster"));
    origin = origin();
    Map<String, String> settings =
        Map.of(
            "X_LISTEN", "127.0.0.1:0",
            "X_PEER_LISTEN", "127.0.0.1:0",
            "X_STORE_DIR", dir.resolve("agent").toString(),
            "X_STORE_SHARE_OF_DISK", "0.9",
            "X_STORE_KEEP_FREE", "0.01",
            "X_ORIGINS", "http://127.0.0.1:" + origin.port(),
            "X_AUTH_PROOF_TTL", "0s",
            "X_UPSTREAMS_REGISTRIES", registries);
    agent = AgentServer.start(load(AgentConfig.class, settings), true);
    proxy =
        ProxyServer.start(
            load(
                ProxyConfig.class,
                Map.of(
                    "X_LISTEN",
                    "127.0.0.1:0",
                    "X_ORIGINS",
                    "http://127.0.0.1:" + origin.port(),
                    "X_UPSTREAMS_REGISTRIES",
                    registries)),
            true);
  }

  private static OriginServer origin() throws Exception {
    return OriginServer.start(
        load(
            OriginConfig.class,
            Map.of(
                "X_LISTEN",
                "127.0.0.1:" + (origin == null ? 0 : origin.port()),
                "X_PEER_LISTEN",
                "127.0.0.1:0",
                "X_SIGNING_KEY",
                ClusterFolder.in(dir.resolve("cluster")).signingKey().toString(),
                "X_STORE_DIR",
                dir.resolve("origin").toString(),
                "X_STORE_SHARE_OF_DISK",
                "0.9",
                "X_STORE_KEEP_FREE",
                "0.01",
                "X_AUTH_PROOF_TTL",
                "0s",
                "X_UPSTREAMS_REGISTRIES",
                registries)),
        true);
  }

  private static <T extends Record> T load(Class<T> type, Map<String, String> settings)
      throws Exception {
    return ConfigLoader.load(type, "X", Optional.empty(), settings);
  }

  @AfterAll
  static void stop() {
    CLIENT.close();
    proxy.close();
    agent.close();
    origin.close();
    upstream.close();
  }

  private static HttpResponse<byte[]> get(int port, String path, String authorization)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    // As Podman does it: nothing but manifests is understood.
    request.header("Accept", TYPE);
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> ask(int port, String repository, String what, String token)
      throws Exception {
    return get(
        port,
        "/v2/" + repository + "/" + what + "?ns=" + upstream.host(),
        token.isEmpty() ? "" : "Bearer " + token);
  }

  private void pull(int port) throws Exception {
    assertThat(ask(port, "team/app", "manifests/" + tag, "owner").statusCode()).isEqualTo(200);
    assertThat(ask(port, "team/app", "blobs/" + digest, "owner").body()).isEqualTo(layer);
  }

  private void threeUsers(int port) throws Exception {
    pull(port);
    for (String what :
        new String[] {
          "blobs/" + digest, "manifests/" + manifest, "manifests/" + tag, "tags/list"
        }) {
      assertThat(ask(port, "team/app", what, "owner").statusCode()).isEqualTo(200);
      assertThat(ask(port, "team/app", what, "").statusCode()).isEqualTo(401);
      assertThat(ask(port, "team/app", what, "nobody").statusCode()).isEqualTo(401);
    }
    assertThat(ask(port, "third/own", "blobs/" + digest, "other").statusCode()).isEqualTo(404);
    assertThat(ask(port, "third/own", "manifests/" + manifest, "other").statusCode())
        .isEqualTo(404);
  }

  @Test
  void agentAndOriginTellEachUserWhatHeMayKnow() throws Exception {
    threeUsers(agent.port());
    assertThat(sent()).isEqualTo(layer.length);
  }

  @Test
  void theProxyTellsEachUserWhatHeMayKnow() throws Exception {
    pull(agent.port());
    threeUsers(proxy.port());
    assertThat(sent()).isEqualTo(layer.length);
  }

  @Test
  void theProxyChallengesAndPassesLoginsOn() throws Exception {
    HttpResponse<byte[]> base = get(proxy.port(), "/v2/", "");
    assertThat(base.statusCode()).isEqualTo(401);
    assertThat(base.headers().firstValue("WWW-Authenticate").orElseThrow())
        .startsWith("Bearer realm=\"http://127.0.0.1:" + proxy.port() + "/shoal/token\"");
    String scope = "/shoal/token?scope=repository:" + upstream.host() + "/team/app:pull";
    String login = "Basic " + Base64.getEncoder().encodeToString("me:owner".getBytes(UTF_8));
    assertThat(get(proxy.port(), scope, login).body()).asString().contains("\"owner\"");
  }

  @Test
  void whatIsKnownOfTokensDoesNotOutliveTheOriginDuringAnOutage() throws Exception {
    pull(proxy.port());
    upstream.down(true);
    assertThat(ask(proxy.port(), "team/app", "blobs/" + digest, "owner").body()).isEqualTo(layer);
    origin.close();
    origin = origin();
    assertThat(ask(proxy.port(), "team/app", "blobs/" + digest, "owner").statusCode())
        .isBetween(502, 504);
    upstream.down(false);
    assertThat(ask(proxy.port(), "team/app", "blobs/" + digest, "owner").body()).isEqualTo(layer);
    assertThat(sent()).isEqualTo(layer.length);
  }
}
