package io.shoal.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.agent.AgentConfig;
import io.shoal.agent.AgentServer;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.config.ConfigLoader;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.oci.testing.FakeUpstream;
import io.shoal.origin.OriginConfig;
import io.shoal.origin.OriginServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers of parts, as lazy snapshotters are: an agent, an origin, no tracker. */
@Timeout(120)
class LazyReaderTest {

  private static final int BLOB_BYTES = 20_000_001;
  private static final int PIECE = PieceLayout.forBlob(BLOB_BYTES).pieceBytes();

  @TempDir private Path dir;

  private final byte[] content = new byte[BLOB_BYTES];
  private final HttpClient client = HttpClient.newHttpClient();
  private Digest digest;
  private FakeUpstream upstream;
  private ClusterFolder cluster;
  private OriginServer origin;
  private AgentServer first;
  private AgentServer second;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(content);
    upstream = new FakeUpstream();
    digest = upstream.addBlob(content);
    cluster = ClusterFolder.init(dir.resolve("cluster"));
    Map<String, String> settings =
        Map.of(
            "SHOAL_ORIGIN_LISTEN",
            "127.0.0.1:0",
            "SHOAL_ORIGIN_PEER_LISTEN",
            "127.0.0.1:0",
            "SHOAL_ORIGIN_PEER_ADVERTISE",
            "127.0.0.1",
            "SHOAL_ORIGIN_CLUSTER",
            cluster.clusterFile().toString(),
            "SHOAL_ORIGIN_SERVER_KEY",
            cluster.serverKey().toString(),
            "SHOAL_ORIGIN_SIGNING_KEY",
            cluster.signingKey().toString(),
            "SHOAL_ORIGIN_STORE_DIR",
            dir.resolve("origin").toString(),
            "SHOAL_ORIGIN_STORE_SHARE_OF_DISK",
            "0.9",
            "SHOAL_ORIGIN_STORE_KEEP_FREE",
            "0.01",
            "SHOAL_ORIGIN_UPSTREAMS_REGISTRIES",
            registries());
    origin =
        OriginServer.start(
            ConfigLoader.load(
                OriginConfig.class, OriginConfig.ENV_PREFIX, Optional.empty(), settings),
            false);
    first = agent("first");
    second = agent("second");
  }

  private AgentServer agent(String name) throws Exception {
    Map<String, String> settings =
        Map.of(
            "SHOAL_AGENT_LISTEN",
            "127.0.0.1:0",
            "SHOAL_AGENT_PEER_LISTEN",
            "127.0.0.1:0",
            "SHOAL_AGENT_ORIGINS",
            "https://127.0.0.1:" + origin.port(),
            "SHOAL_AGENT_CLUSTER",
            cluster.clusterFile().toString(),
            "SHOAL_AGENT_STORE_DIR",
            dir.resolve(name).toString(),
            "SHOAL_AGENT_STORE_SHARE_OF_DISK",
            "0.9",
            "SHOAL_AGENT_STORE_KEEP_FREE",
            "0.01",
            "SHOAL_AGENT_UPSTREAMS_REGISTRIES",
            registries());
    return AgentServer.start(
        ConfigLoader.load(AgentConfig.class, AgentConfig.ENV_PREFIX, Optional.empty(), settings),
        false);
  }

  private String registries() {
    return "{\"%s\": {url: \"%s\"}}".formatted(upstream.host(), upstream.uri());
  }

  @AfterEach
  void stop() {
    client.close();
    first.close();
    second.close();
    origin.close();
    upstream.close();
  }

  private HttpResponse<byte[]> get(AgentServer agent, String path, String... headers)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.port() + path + "?ns=" + upstream.host());
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private byte[] range(AgentServer agent, String range) throws Exception {
    return get(agent, "/v2/team/app/blobs/" + digest, "Range", "bytes=" + range).body();
  }

  /** Bytes that the agent has received from anybody. */
  private long received(AgentServer agent) throws Exception {
    JsonNode bytes =
        new ObjectMapper().readTree(get(agent, "/shoal/v1/stats").body()).path("bytes");
    return bytes.path("upstream").asLong()
        + bytes.path("origin").asLong()
        + bytes.path("peer").asLong();
  }

  @Test
  void movesOnlyWhatIsReadOfABlobThatTheOriginHas() throws Exception {
    assertThat(get(first, "/v2/team/app/blobs/" + digest).body()).isEqualTo(content);
    long fromUpstream = upstream.blobBytesSent();
    assertThat(range(second, "-100"))
        .isEqualTo(Arrays.copyOfRange(content, BLOB_BYTES - 100, BLOB_BYTES));
    assertThat(range(second, "10000000-10000999"))
        .isEqualTo(Arrays.copyOfRange(content, 10_000_000, 10_001_000));
    assertThat(range(second, "5-9")).isEqualTo(Arrays.copyOfRange(content, 5, 10));
    assertThat(received(second)).isBetween(1L, 4L * PIECE);
    assertThat(upstream.blobBytesSent()).isEqualTo(fromUpstream);
  }

  @Test
  void readsTheRestLater() throws Exception {
    assertThat(range(second, "15000000-15000099,7-9")).isNotEmpty();
    assertThat(get(second, "/v2/team/app/blobs/" + digest).body()).isEqualTo(content);
    assertThat(range(second, "-1")).isEqualTo(new byte[] {content[BLOB_BYTES - 1]});
  }
}
