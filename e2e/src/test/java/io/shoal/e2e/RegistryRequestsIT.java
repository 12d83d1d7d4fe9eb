package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the distribution spec's conformance suite asks in its groups "pull" and "content discovery",
 * asked of an agent in front of docker-registry 2.8 and what is peculiar to that.
 */
@EndToEnd
class RegistryRequestsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NONE = "sha256:" + "0".repeat(64);

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void answersTheRequestsOfTheGroupPull(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-requests-pull");
    Repository repository = repository(lab, image);
    for (TestImage.Blob blob : image.blobs()) {
      String path = "/blobs/" + blob.digest();
      HttpResponse<byte[]> head = repository.send("HEAD", path);
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(header(head, "Docker-Content-Digest")).isEqualTo(blob.digest());
      assertThat(header(head, "Content-Length")).isEqualTo("" + blob.bytes());
      assertThat(repository.send("GET", path).body()).isEqualTo(Files.readAllBytes(blob.file()));
    }
    for (String reference : List.of(image.tag(), image.digest())) {
      for (String method : List.of("HEAD", "GET")) {
        HttpResponse<byte[]> manifest = repository.send(method, "/manifests/" + reference);
        assertThat(manifest.statusCode()).isEqualTo(200);
        assertThat(header(manifest, "Docker-Content-Digest")).isEqualTo(image.digest());
        assertThat(header(manifest, "Content-Type")).isEqualTo(image.mediaType());
        assertThat(manifest.body())
            .isEqualTo(method.equals("HEAD") ? new byte[0] : image.manifest());
      }
    }
  }

  @Test
  void answersTheRequestsOfTheGroupPullForWhatIsNotThere(Lab lab) throws Exception {
    Repository repository = repository(lab, lab.smallImage("shoal-requests-none"));
    for (String method : List.of("HEAD", "GET")) {
      assertThat(repository.send(method, "/blobs/" + NONE).statusCode()).isEqualTo(404);
      assertThat(repository.send(method, "/manifests/" + NONE).statusCode()).isEqualTo(404);
      assertThat(repository.send(method, "/manifests/nosuch").statusCode()).isEqualTo(404);
    }
    assertThat(errorOf(repository.send("GET", "/blobs/" + NONE))).isEqualTo("BLOB_UNKNOWN");
    assertThat(errorOf(repository.send("GET", "/manifests/nosuch"))).isEqualTo("MANIFEST_UNKNOWN");
    HttpResponse<byte[]> wrong = repository.send("GET", "/manifests/sha256:totallywrong");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(errorOf(wrong)).isEqualTo("DIGEST_INVALID");
  }

  @Test
  void listsTagsPageByPage(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-requests-tags");
    for (String tag : List.of("d", "b", "c")) {
      lab.registry().push(image.repository(), tag, image.mediaType(), image.manifest());
    }
    Repository repository = repository(lab, image);
    List<String> paged = new ArrayList<>();
    String path = "/tags/list?n=3";
    while (!path.isEmpty()) {
      HttpResponse<byte[]> page = repository.send("GET", path);
      assertThat(page.statusCode()).isEqualTo(200);
      List<String> tags = texts(JSON.readTree(page.body()).path("tags"));
      assertThat(tags).hasSizeBetween(1, 3);
      assertThat(paged).doesNotContainAnyElementsOf(tags);
      paged.addAll(tags);
      String next = header(page, "Link");
      path = next.isEmpty() ? "" : next.substring(next.indexOf("/tags/"), next.indexOf('>'));
    }
    assertThat(paged).containsExactly("1", "b", "c", "d");
    HttpResponse<byte[]> all = repository.send("GET", "/tags/list");
    assertThat(texts(JSON.readTree(all.body()).path("tags")))
        .containsExactlyInAnyOrderElementsOf(paged);
    HttpResponse<byte[]> none = repository.send("GET", "/tags/list?n=0");
    assertThat(JSON.readTree(none.body()).path("tags")).isEmpty();
  }

  @Test
  void listsReferrersUnderTheFallbackTag(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-requests-referrers");
    Repository repository = repository(lab, image);
    HttpResponse<byte[]> none = repository.send("GET", "/referrers/" + NONE);
    assertThat(none.statusCode()).isEqualTo(200);
    assertThat(header(none, "Content-Type")).isEqualTo(TestImage.INDEX_TYPE);
    assertThat(JSON.readTree(none.body()).path("manifests")).isEmpty();

    // The registry wants to have what an index names, so the image stands for its own artifacts.
    String descriptor =
        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"artifactType\":\"text/%%s\"}"
            .formatted(image.mediaType(), image.digest(), image.manifest().length);
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
            .formatted(
                TestImage.INDEX_TYPE, descriptor.formatted("sbom"), descriptor.formatted("sig"));
    lab.registry()
        .push(
            image.repository(),
            image.digest().replace(':', '-'),
            TestImage.INDEX_TYPE,
            index.getBytes(StandardCharsets.UTF_8));
    String path = "/referrers/" + image.digest();
    assertThat(JSON.readTree(repository.send("GET", path).body()).path("manifests")).hasSize(2);
    HttpResponse<byte[]> one = repository.send("GET", path + "?artifactType=text/sig");
    assertThat(header(one, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(JSON.readTree(one.body()).path("manifests"))
        .singleElement()
        .satisfies(found -> assertThat(found.path("artifactType").asText()).isEqualTo("text/sig"));
  }

  @Test
  void namesABlobByTheDigestThatItWasAskedFor(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-requests-sha512");
    Path file = image.config().file();
    byte[] content = Files.readAllBytes(file);
    String digest =
        "sha512:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(content));
    lab.registry()
        .push(
            image.repository(),
            new TestImage.Blob(digest, content.length, image.config().mediaType(), file));
    Repository repository = repository(lab, image);
    // The registry itself answers with the sha256 of the same bytes.
    HttpResponse<byte[]> blob = repository.send("GET", "/blobs/" + digest);
    assertThat(blob.body()).isEqualTo(content);
    assertThat(header(blob, "Docker-Content-Digest")).isEqualTo(digest);
  }

  @Test
  void refusesARangeOutsideTheBlobWithABodyOfTheLengthThatItNames(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-requests-range");
    Repository repository = repository(lab, image);
    TestImage.Blob blob = image.layers().getLast();
    HttpResponse<byte[]> refused =
        repository.send("GET", "/blobs/" + blob.digest(), "Range", "bytes=99999999-");
    assertThat(refused.statusCode()).isEqualTo(416);
    assertThat(header(refused, "Content-Range")).isEqualTo("bytes */" + blob.bytes());
    assertThat(errorOf(refused)).isEqualTo("RANGE_INVALID");
    // The registry's own 416 for the blob of no bytes is not mistaken for content.
    TestImage empty = lab.emptyBlobImage("shoal-requests-empty");
    TestImage.Blob nothing = empty.layers().getLast();
    HttpResponse<byte[]> whole = repository(lab, empty).send("GET", "/blobs/" + nothing.digest());
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEmpty();
  }

  /** A repository as an agent shows it. */
  private record Repository(HttpClient client, URI base) {
    HttpResponse<byte[]> send(String method, String path, String... headers)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(base + path))
              .timeout(LIMIT)
              .method(method, HttpRequest.BodyPublishers.noBody());
      if (headers.length > 0) {
        request.headers(headers);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  private Repository repository(Lab lab, TestImage image) {
    return new Repository(
        client, lab.cluster().agent(3).url().resolve("/v2/" + image.repository()));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static String errorOf(HttpResponse<byte[]> response) throws IOException {
    return JSON.readTree(response.body()).path("errors").path(0).path("code").asText();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
