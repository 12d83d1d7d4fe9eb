package io.shoal.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import io.shoal.oci.testing.FakeUpstream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients send that the end-to-end tests do not run, request by request: Docker's containerd
 * store, CRI-O and crane, as their sources have it.
 */
@Timeout(120)
class ClientRequestsTest {

  private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

  /** containerd's resolver and everything built on it. */
  private static final String ACCEPT_OF_CONTAINERD =
      "application/vnd.docker.distribution.manifest.v2+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json,"
          + " application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.oci.image.index.v1+json, */*";

  @TempDir private Path dir;

  private final byte[] layer = new byte[300_000];
  private final byte[] manifest = "{\"schemaVersion\":2,\"layers\":[]}".getBytes(UTF_8);
  private final HttpClient client = HttpClient.newHttpClient();
  private FakeUpstream upstream;
  private AgentServer agent;
  private Digest layerDigest;
  private Digest manifestDigest;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(layer);
    upstream = new FakeUpstream();
    layerDigest = upstream.addBlob(layer);
    manifestDigest = upstream.addManifest("1", TYPE, manifest);
    agent = AgentFixture.start(dir.resolve("store"), upstream, "docker.io", "quay.io");
  }

  @AfterEach
  void stop() {
    client.close();
    agent.close();
    upstream.close();
  }

  private HttpResponse<byte[]> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** It names the registry in {@code ns} and asks for no ping. */
  @Test
  void dockersContainerdStoreResolvesFetchesAndResumes() throws Exception {
    String base = "/v2/library/app";
    HttpResponse<byte[]> tag =
        send("HEAD", base + "/manifests/1?ns=docker.io", "Accept", ACCEPT_OF_CONTAINERD);
    assertThat(tag.statusCode()).isEqualTo(200);
    assertThat(header(tag, "Docker-Content-Digest")).isEqualTo(manifestDigest.toString());
    assertThat(header(tag, "Content-Type")).isEqualTo(TYPE);
    assertThat(header(tag, "Content-Length")).isEqualTo("" + manifest.length);
    assertThat(header(tag, "OCI-Namespace")).isEqualTo("docker.io");
    String pinned = base + "/manifests/" + manifestDigest + "?ns=docker.io";
    assertThat(send("GET", pinned, "Accept", TYPE + ", */*").body()).isEqualTo(manifest);
    String blob = base + "/blobs/" + layerDigest + "?ns=docker.io";
    HttpResponse<byte[]> whole = send("GET", blob, "Accept-Encoding", "zstd, gzip, deflate");
    assertThat(whole.body()).isEqualTo(layer);
    assertThat(header(whole, "Content-Encoding")).isEmpty();
    HttpResponse<byte[]> rest = send("GET", blob, "Range", "bytes=1000-");
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(header(rest, "Content-Range")).isEqualTo("bytes 1000-299999/300000");
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(layer, 1000, layer.length));
  }

  /** It pings, then names the registry in the path, as its mirror's location says. */
  @Test
  void crioPingsAndNamesTheRegistryInThePath() throws Exception {
    assertThat(send("GET", "/v2/").statusCode()).isEqualTo(200);
    String version = "Docker-Distribution-Api-Version";
    HttpResponse<byte[]> tag =
        send(
            "GET",
            "/v2/quay.io/org/app/manifests/1",
            version,
            "registry/2.0",
            "Accept",
            TYPE,
            "Accept",
            "application/vnd.oci.image.index.v1+json");
    assertThat(tag.body()).isEqualTo(manifest);
    assertThat(header(tag, "Content-Type")).isEqualTo(TYPE);
    String blob = "/v2/quay.io/org/app/blobs/" + layerDigest;
    assertThat(send("GET", blob, version, "registry/2.0").body()).isEqualTo(layer);
  }

  /** The agent is the registry that it was told to ask. */
  @Test
  void craneAsksForTheSizeOfALayerBeforeItTakesIt() throws Exception {
    assertThat(send("GET", "/v2/").statusCode()).isEqualTo(200);
    String base = "/v2/quay.io/org/app";
    assertThat(send("HEAD", base + "/manifests/1", "Accept", TYPE).statusCode()).isEqualTo(200);
    assertThat(send("GET", base + "/manifests/1", "Accept", TYPE).body()).isEqualTo(manifest);
    String blob = base + "/blobs/" + layerDigest;
    assertThat(header(send("HEAD", blob), "Content-Length")).isEqualTo("" + layer.length);
    assertThat(send("GET", blob).body()).isEqualTo(layer);
  }
}
