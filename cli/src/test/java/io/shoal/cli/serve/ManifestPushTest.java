package io.shoal.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What the push and content management groups of the conformance suite ask for, of manifests. */
class ManifestPushTest extends PushFixture {

  @Test
  void takesManifestsByTagAndDigestAndListsTags() throws Exception {
    byte[] content = manifest("");
    HttpResponse<byte[]> put = putManifest("v2", content);
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(digestOf(content));
    assertThat(header(put, "Location")).isEqualTo(REPOSITORY + "/manifests/" + digestOf(content));
    assertThat(putManifest("v1", content).statusCode()).isEqualTo(201);
    assertThat(putManifest(digestOf(content), content).statusCode()).isEqualTo(201);
    HttpResponse<byte[]> got = send("GET", REPOSITORY + "/manifests/v2");
    assertThat(got.body()).isEqualTo(content);
    assertThat(header(got, "Content-Type")).isEqualTo(MANIFEST);
    assertThat(new String(send("GET", REPOSITORY + "/tags/list").body(), UTF_8))
        .contains("[\"v1\",\"v2\"]");
    HttpResponse<byte[]> page = send("GET", REPOSITORY + "/tags/list?n=1");
    assertThat(new String(page.body(), UTF_8)).contains("[\"v1\"]");
    assertThat(header(page, "Link")).contains("last=v1");
    origin.close();
    startOrigin();
    assertThat(send("GET", REPOSITORY + "/manifests/v1").body()).isEqualTo(content);
  }

  @Test
  void refusesManifestsThatMakeNoSense() throws Exception {
    byte[] content = manifest("");
    String missing = new String(content, UTF_8).replace(digestOf(SMALL), digestOf(LARGE));
    assertError(putManifest("x", missing.getBytes(UTF_8)), 404, "MANIFEST_BLOB_UNKNOWN");
    assertError(putManifest("x", "{".getBytes(UTF_8)), 400, "MANIFEST_INVALID");
    assertError(putManifest("x", "{\"schemaVersion\":1}".getBytes(UTF_8)), 400, "MANIFEST_INVALID");
    assertError(putManifest("-x", content), 400, "MANIFEST_INVALID");
    assertError(putManifest(digestOf(LARGE), content), 400, "DIGEST_INVALID");
    assertThat(send("GET", REPOSITORY + "/manifests/x").statusCode()).isEqualTo(404);
  }

  @Test
  void listsReferrersOfSubject() throws Exception {
    byte[] subject = manifest("");
    String digest = digestOf(subject);
    byte[] signature =
        manifest(
            "\"artifactType\":\"application/vnd.test.sig\",\"annotations\":{\"a\":\"b\"},"
                + "\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1},"
                    .formatted(MANIFEST, digest));
    // The subject may come later.
    HttpResponse<byte[]> put = putManifest(digestOf(signature), signature);
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(header(put, "OCI-Subject")).isEqualTo(digest);
    putManifest("v1", subject);
    String referrers = REPOSITORY + "/referrers/" + digest;
    assertThat(new String(send("GET", referrers).body(), UTF_8))
        .contains(digestOf(signature), "application/vnd.test.sig", "\"a\":\"b\"");
    assertThat(new String(send("GET", referrers + "?artifactType=other").body(), UTF_8))
        .contains("\"manifests\":[]");
    assertThat(send("DELETE", REPOSITORY + "/manifests/" + digestOf(signature)).statusCode())
        .isEqualTo(202);
    assertThat(new String(send("GET", referrers).body(), UTF_8)).contains("\"manifests\":[]");
  }

  @Test
  void deletesTagsManifestsAndBlobs() throws Exception {
    byte[] content = manifest("");
    putManifest("a", content);
    putManifest("b", content);
    assertThat(send("DELETE", REPOSITORY + "/manifests/a").statusCode()).isEqualTo(202);
    assertError(send("GET", REPOSITORY + "/manifests/a"), 404, "MANIFEST_UNKNOWN");
    assertThat(send("GET", REPOSITORY + "/manifests/b").statusCode()).isEqualTo(200);
    assertThat(send("DELETE", REPOSITORY + "/manifests/" + digestOf(content)).statusCode())
        .isEqualTo(202);
    assertError(send("GET", REPOSITORY + "/manifests/b"), 404, "MANIFEST_UNKNOWN");
    assertError(
        send("DELETE", REPOSITORY + "/manifests/" + digestOf(content)), 404, "MANIFEST_UNKNOWN");
    assertThat(send("DELETE", REPOSITORY + "/blobs/" + digestOf(SMALL)).statusCode())
        .isEqualTo(202);
    assertError(send("GET", REPOSITORY + "/blobs/" + digestOf(SMALL)), 404, "BLOB_UNKNOWN");
    assertError(send("DELETE", REPOSITORY + "/blobs/" + digestOf(SMALL)), 404, "BLOB_UNKNOWN");
  }
}
