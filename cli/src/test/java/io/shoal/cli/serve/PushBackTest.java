package io.shoal.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.PinnedClient;
import io.shoal.client.origin.OriginApi;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerRole;
import io.shoal.oci.testing.WritableRegistry;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes that are answered when the origin has them, and that the central registry gets later. */
class PushBackTest extends PushFixture {

  private static final String HERE = "team/app";

  private OkHttpClient cluster;
  private WritableRegistry registry;

  @BeforeEach
  @Override
  void start() throws Exception {
    registry = new WritableRegistry();
    cluster = PinnedClient.forPeer(ClusterFile.load(Optional.empty(), true), PeerRole.AGENT);
    super.start();
  }

  @AfterEach
  void stopRegistry() {
    cluster.connectionPool().evictAll();
    cluster.dispatcher().executorService().shutdown();
    registry.close();
  }

  @Override
  String upstreams() {
    return "{default: registry.test, registries: {registry.test: {url: \"%s\"}}}"
        .formatted(registry.uri());
  }

  @Override
  String target() {
    return "{mode: back}";
  }

  @Override
  String limits() {
    return "longestPause: 100ms, maxWaiting: 4";
  }

  private void awaitDelivered() throws Exception {
    await(() -> metric("shoal_push_waiting").equals("0.0"));
  }

  @Test
  void imageIsReadyAtOnceAndArrivesWhenTheRegistryIsBack() throws Exception {
    registry.hangUp();
    assertThat(send("HEAD", REPOSITORY + "/blobs/" + digestOf(LARGE)).statusCode()).isEqualTo(404);
    push(LARGE);
    byte[] content = manifest("");
    assertThat(putManifest("v1", content).statusCode()).isEqualTo(201);
    assertThat(send("GET", REPOSITORY + "/manifests/v1").body()).isEqualTo(content);
    assertThat(pulled(LARGE)).isEqualTo(LARGE);
    await(() -> Double.parseDouble(metric("shoal_push_delivery_failures_total")) > 2);
    assertThat(metric("shoal_push_waiting")).isEqualTo("3.0");
    assertThat(deliveries()).contains("\"waiting\":3", digestOf(LARGE), "no answer from 127.0.0.1");
    registry.comeBack();
    awaitDelivered();
    assertThat(registry.manifest(HERE, "v1")).contains(content);
    assertThat(registry.blob(HERE, Digest.sha256Of(LARGE))).contains(LARGE);
    assertThat(metric("shoal_push_delivered_total")).isEqualTo("3.0");
    assertThat(deliveries()).isEqualTo("{\"waiting\":0,\"oldest\":[]}");
  }

  private String deliveries() throws Exception {
    Request request =
        new Request.Builder()
            .url("http://127.0.0.1:" + origin.port() + OriginApi.DELIVERIES)
            .build();
    try (Response response = cluster.newCall(request).execute()) {
      return response.body().string();
    }
  }

  @Test
  void whatWasAcceptedArrivesAfterARestartInTheMiddleOfIt() throws Exception {
    Semaphore uploads = registry.holdUploads();
    push(LARGE);
    byte[] content = manifest("");
    putManifest("v1", content);
    await(() -> registry.writes().stream().anyMatch(write -> write.startsWith("PATCH")));
    origin.close();
    startOrigin();
    assertThat(send("GET", REPOSITORY + "/manifests/v1").body()).isEqualTo(content);
    uploads.release(100);
    awaitDelivered();
    assertThat(registry.manifest(HERE, "v1")).contains(content);
    assertThat(registry.blob(HERE, Digest.sha256Of(LARGE))).contains(LARGE);
    assertThat(registry.blob(HERE, Digest.sha256Of(SMALL))).contains(SMALL);
  }

  @Test
  void theLastPushOfATagWins() throws Exception {
    registry.refuseWith(503);
    byte[] first = manifest("\"annotations\":{\"n\":\"1\"},");
    byte[] second = manifestOfSmall("\"annotations\":{\"n\":\"2\"},");
    putManifest("v1", first);
    putManifest("v1", second);
    assertThat(send("GET", REPOSITORY + "/manifests/v1").body()).isEqualTo(second);
    registry.refuseWith(0);
    awaitDelivered();
    assertThat(registry.manifest(HERE, "v1")).contains(second);
    assertThat(registry.manifest(HERE, digestOf(first))).contains(first);
  }

  @Test
  void whatIsRefusedHoldsUpNothingElseAndCanBeTakenBack() throws Exception {
    registry.refuseManifestsWith("unwanted");
    byte[] unwanted = manifest("\"annotations\":{\"unwanted\":\"\"},");
    putManifest("bad", unwanted);
    byte[] wanted = manifest("");
    putManifest("good", wanted);
    await(() -> registry.manifest(HERE, "good").isPresent());
    await(() -> deliveries().contains("not this one"));
    assertThat(registry.manifest(HERE, "bad")).isEmpty();
    await(
        () -> send("DELETE", REPOSITORY + "/manifests/" + digestOf(unwanted)).statusCode() == 202);
    awaitDelivered();
    assertError(send("GET", REPOSITORY + "/manifests/bad"), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  void theQueueIsBounded() throws Exception {
    registry.hangUp();
    for (int i = 1; i <= 4; i++) {
      push(random(i));
    }
    assertError(finish(begin(), random(5), digestOf(random(5))), 503, "UNAVAILABLE");
    assertThat(metric("shoal_push_waiting")).isEqualTo("4.0");
  }

  @Test
  void mountsWhatIsStillOnItsWay() throws Exception {
    registry.refuseWith(503);
    push(LARGE);
    String other = "/v2/registry.test/team/b";
    String mount = other + "/blobs/uploads/?mount=" + digestOf(LARGE);
    assertThat(send("POST", mount + "&from=registry.test/team/app").statusCode()).isEqualTo(201);
    registry.refuseWith(0);
    awaitDelivered();
    assertThat(registry.blob("team/b", Digest.sha256Of(LARGE))).contains(LARGE);
  }

  @Test
  void refusesManifestWhoseBlobsAreNowhere() throws Exception {
    assertError(putManifest("v1", manifestOfSmall("")), 404, "MANIFEST_BLOB_UNKNOWN");
    registry.hangUp();
    assertError(putManifest("v1", manifestOfSmall("")), 504, "UNAVAILABLE");
  }
}
