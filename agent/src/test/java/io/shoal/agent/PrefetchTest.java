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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An image's layers come when one of them is read, if the configuration says so. */
@Timeout(60)
class PrefetchTest {

  private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String BASE = "/v2/library/app";

  @TempDir private Path dir;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Digest> layers = new ArrayList<>();
  private FakeUpstream upstream;
  private Digest config;
  private int bytes;

  @BeforeEach
  void start() throws Exception {
    upstream = new FakeUpstream();
    config = add(100);
    // One that comes whole, one that joins a swarm, and one that no registry has.
    String descriptors =
        IntStream.of(20_000, 200_000, 3_000_000)
            .mapToObj(length -> descriptor(addLayer(length), length))
            .collect(Collectors.joining(","));
    String missing = descriptor(Digest.sha256Of(new byte[5]), 5);
    upstream.addManifest(
        "1",
        TYPE,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s,%s]}"
            .formatted(descriptor(config, 100), descriptors, missing)
            .getBytes(UTF_8));
  }

  private static String descriptor(Digest digest, int length) {
    return "{\"digest\":\"%s\",\"size\":%d}".formatted(digest, length);
  }

  private Digest addLayer(int length) {
    layers.add(add(length));
    return layers.getLast();
  }

  private Digest add(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    bytes += length;
    return upstream.addBlob(content);
  }

  @AfterEach
  void stop() {
    client.close();
    upstream.close();
  }

  private void send(AgentServer agent, String method, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.port() + BASE + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
    HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void theFirstLayerThatIsReadBringsTheOthersAndNothingBeforeDoes() throws Exception {
    try (AgentServer agent =
        AgentFixture.start(
            dir, upstream, Map.of("SHOAL_AGENT_PREFETCH_LAYERS", "true"), "docker.io")) {
      send(agent, "GET", "/manifests/1");
      send(agent, "GET", "/blobs/" + config);
      send(agent, "HEAD", "/blobs/" + layers.getFirst());
      assertThat(upstream.blobBytesSent()).isEqualTo(100);
      send(agent, "GET", "/blobs/" + layers.getFirst());
      while (upstream.blobBytesSent() < bytes) {
        LockSupport.parkNanos(5_000_000);
      }
      for (Digest layer : layers) {
        send(agent, "GET", "/blobs/" + layer);
      }
      assertThat(upstream.blobBytesSent()).isEqualTo(bytes);
    }
  }

  @Test
  void onlyWhatIsReadComesByDefault() throws Exception {
    try (AgentServer agent = AgentFixture.start(dir, upstream, "docker.io")) {
      send(agent, "GET", "/manifests/1");
      send(agent, "GET", "/blobs/" + layers.getFirst());
      send(agent, "GET", "/blobs/" + layers.get(1));
      assertThat(upstream.blobBytesSent()).isEqualTo(20_000 + 200_000);
    }
  }
}
