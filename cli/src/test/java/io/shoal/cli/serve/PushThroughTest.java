package io.shoal.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import io.shoal.oci.testing.WritableRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes that are answered when the central registry has them. */
class PushThroughTest extends PushFixture {

  private static final String HERE = "team/app";

  private WritableRegistry registry;

  @BeforeEach
  @Override
  void start() throws Exception {
    registry = new WritableRegistry();
    Files.writeString(dir.resolve("password"), "s3cret\n");
    super.start();
  }

  @AfterEach
  void stopRegistry() {
    registry.close();
  }

  @Override
  String upstreams() {
    return "{default: registry.test, registries: {registry.test: {url: \"%s\", insecure: true}}}"
        .formatted(registry.uri());
  }

  @Override
  String target() {
    return "{mode: through, username: ci, passwordFile: %s}".formatted(dir.resolve("password"));
  }

  private long sent() {
    return registry.writes().stream()
        .filter(write -> write.startsWith("PATCH"))
        .mapToLong(write -> Long.parseLong(write.substring(write.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void registryHasEverythingWhenClientHearsOfIt() throws Exception {
    push(LARGE);
    assertThat(registry.blob(HERE, Digest.sha256Of(LARGE))).contains(LARGE);
    byte[] content = manifest("");
    assertThat(putManifest("v1", content).statusCode()).isEqualTo(201);
    assertThat(registry.manifest(HERE, "v1")).contains(content);
    registry.refuseWith(503);
    assertThat(send("GET", REPOSITORY + "/manifests/" + digestOf(content)).body())
        .isEqualTo(content);
    assertThat(pulled(LARGE)).isEqualTo(LARGE);
  }

  @Test
  void nothingIsSentTwice() throws Exception {
    push(LARGE);
    push(LARGE);
    putManifest("v1", manifest(""));
    putManifest("v2", manifest(""));
    assertThat(sent()).isEqualTo(LARGE.length + SMALL.length);
  }

  @Test
  void writesWithItsOwnLogin() throws Exception {
    registry.wantLogin("ci:s3cret");
    push(LARGE);
    assertThat(putManifest("v1", manifest("")).statusCode()).isEqualTo(201);
    assertThat(registry.manifest(HERE, "v1")).isPresent();
    registry.wantLogin("ci:changed");
    assertError(finish(begin(), random(5000), digestOf(random(5000))), 403, "DENIED");
  }

  @Test
  void refusalCarriesTheRegistrysReason() throws Exception {
    registry.refuseManifestsWith("unwanted");
    HttpResponse<byte[]> refused =
        putManifest("v1", manifest("\"annotations\":{\"unwanted\":\"\"},"));
    assertError(refused, 400, "MANIFEST_INVALID");
    assertThat(new String(refused.body(), UTF_8))
        .contains("127.0.0.1 answered 400", "not this one");
    assertThat(send("GET", REPOSITORY + "/manifests/v1").statusCode()).isEqualTo(404);
    registry.refuseWith(413);
    assertError(finish(begin(), LARGE, digestOf(LARGE)), 413, "SIZE_INVALID");
  }

  @Test
  void anUploadOutlivesAnOutageOfTheRegistry() throws Exception {
    String upload = begin();
    registry.hangUp();
    assertError(finish(upload, LARGE, digestOf(LARGE)), 504, "UNAVAILABLE");
    registry.comeBack();
    assertThat(finish(upload, new byte[0], digestOf(LARGE)).statusCode()).isEqualTo(201);
    assertThat(registry.blob(HERE, Digest.sha256Of(LARGE))).contains(LARGE);
    assertThat(filesIn("uploads")).isZero();
  }

  @Test
  void sendsAgainWhatBrokeOff() throws Exception {
    registry.breakUploads(2);
    push(LARGE);
    assertThat(registry.blob(HERE, Digest.sha256Of(LARGE))).contains(LARGE);
  }

  @Test
  void mountsWithoutBytes() throws Exception {
    registry.putBlob("team/base", LARGE);
    String mount = REPOSITORY + "/blobs/uploads/?mount=" + digestOf(LARGE);
    assertThat(send("POST", mount + "&from=registry.test/team/none").statusCode()).isEqualTo(202);
    assertThat(send("POST", mount + "&from=registry.test/team/base").statusCode()).isEqualTo(201);
    assertThat(registry.blob(HERE, Digest.sha256Of(LARGE))).contains(LARGE);
    assertThat(sent()).isZero();
  }

  @Test
  void sendsWhatClientsTookAsThereBecauseItIsHere() throws Exception {
    registry.putBlob("team/base", SMALL);
    assertThat(send("GET", "/v2/registry.test/team/base/blobs/" + digestOf(SMALL)).body())
        .isEqualTo(SMALL);
    assertThat(send("HEAD", REPOSITORY + "/blobs/" + digestOf(SMALL)).statusCode()).isEqualTo(200);
    assertThat(putManifest("v1", manifestOfSmall("")).statusCode()).isEqualTo(201);
    assertThat(registry.blob(HERE, Digest.sha256Of(SMALL))).contains(SMALL);
  }

  @Test
  void refusesManifestWhoseBlobsAreNowhere() throws Exception {
    assertError(putManifest("v1", manifestOfSmall("")), 404, "MANIFEST_BLOB_UNKNOWN");
  }

  @Test
  void deletesAtTheRegistry() throws Exception {
    byte[] content = manifest("");
    putManifest("v1", content);
    assertThat(send("DELETE", REPOSITORY + "/manifests/v1").statusCode()).isEqualTo(202);
    assertThat(registry.manifest(HERE, "v1")).isEmpty();
    assertError(send("DELETE", REPOSITORY + "/manifests/v1"), 404, "MANIFEST_UNKNOWN");
    assertThat(send("DELETE", REPOSITORY + "/blobs/" + digestOf(SMALL)).statusCode())
        .isEqualTo(202);
    assertThat(registry.blob(HERE, Digest.sha256Of(SMALL))).isEmpty();
  }
}
