package io.shoal.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.oci.testing.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the <a href="https://github.com/opencontainers/distribution-spec/tree/main/conformance">
 * conformance suite</a> of the OCI distribution spec asks of a registry that it may only read, in
 * its groups pull and content discovery. It never names an upstream: the agent's default one has
 * the content.
 */
@Timeout(120)
class PullConformanceTest {

  private static final String IMAGE_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TAGS = List.of("artifact", "image", "index", "other");
  private static final byte[] RANDOM = new byte[2048];

  /** The spec's codes of errors. */
  private static final Set<String> CODES =
      Set.of(
          "BLOB_UNKNOWN",
          "BLOB_UPLOAD_INVALID",
          "BLOB_UPLOAD_UNKNOWN",
          "DIGEST_INVALID",
          "MANIFEST_BLOB_UNKNOWN",
          "MANIFEST_INVALID",
          "MANIFEST_UNKNOWN",
          "NAME_INVALID",
          "NAME_UNKNOWN",
          "SIZE_INVALID",
          "UNAUTHORIZED",
          "DENIED",
          "UNSUPPORTED",
          "TOOMANYREQUESTS");

  @TempDir private static Path dir;

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static FakeUpstream upstream;
  private static AgentServer agent;

  /** A manifest or a blob, and the names that it has. */
  record Content(String kind, byte[] bytes, String mediaType, List<String> references) {

    @Override
    public String toString() {
      return kind + " " + references;
    }
  }

  private static final List<Content> MANIFESTS = new ArrayList<>();
  private static final List<Content> BLOBS = new ArrayList<>();
  private static Digest image;

  @BeforeAll
  static void start() throws Exception {
    new Random(1).nextBytes(RANDOM);
    upstream = new FakeUpstream();
    for (byte[] bytes : List.of(RANDOM, "{}".getBytes(UTF_8), new byte[0])) {
      for (HashAlgorithm algorithm : HashAlgorithm.values()) {
        Digest digest = digest(algorithm, bytes);
        upstream.replaceBlob(digest, bytes);
        BLOBS.add(new Content("blobs", bytes, "", List.of(digest.toString())));
      }
    }
    image = manifest("image", IMAGE_TYPE, imageManifest(""));
    String child = descriptor(image, imageManifest(""), IMAGE_TYPE);
    manifest("index", INDEX_TYPE, index(child));
    List<String> referrers = new ArrayList<>();
    for (String type : List.of("text/sbom", "text/signature")) {
      String artifact =
          imageManifest(",\"artifactType\":\"%s\",\"subject\":%s".formatted(type, child));
      Digest digest = manifest("artifact", IMAGE_TYPE, artifact);
      String descriptor = descriptor(digest, artifact, IMAGE_TYPE);
      referrers.add(descriptor.replace("}", ",\"artifactType\":\"" + type + "\"}"));
    }
    // An upstream without the referrers API has them under this tag.
    upstream.addManifest(
        "sha256-" + image.hex(), INDEX_TYPE, index(String.join(",", referrers)).getBytes(UTF_8));
    upstream.hasTags(TAGS);
    agent = AgentFixture.start(dir.resolve("store"), upstream, upstream.host());
  }

  @AfterAll
  static void stop() {
    CLIENT.close();
    agent.close();
    upstream.close();
  }

  private static Digest digest(HashAlgorithm algorithm, byte[] bytes) {
    return Digest.of(algorithm, algorithm.newMessageDigest().digest(bytes));
  }

  private static Digest manifest(String tag, String mediaType, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    Digest digest = upstream.addManifest(tag, mediaType, bytes);
    MANIFESTS.forEach(other -> other.references().remove(tag));
    MANIFESTS.add(
        new Content(
            "manifests", bytes, mediaType, new ArrayList<>(List.of(tag, digest.toString()))));
    return digest;
  }

  private static String imageManifest(String more) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]%s}"
        .formatted(
            IMAGE_TYPE,
            blob("{}".getBytes(UTF_8), "application/vnd.oci.empty.v1+json"),
            blob(RANDOM, "application/octet-stream"),
            more);
  }

  private static String index(String manifests) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(INDEX_TYPE, manifests);
  }

  private static String blob(byte[] bytes, String mediaType) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, Digest.sha256Of(bytes), bytes.length);
  }

  private static String descriptor(Digest digest, String text, String mediaType) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest, text.length());
  }

  private static HttpResponse<byte[]> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.port() + "/v2/" + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("GET", "conformance/repo1/" + path, headers);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static List<String> texts(HttpResponse<byte[]> response, String array, String field)
      throws IOException {
    assertThat(response.statusCode()).isEqualTo(200);
    List<String> texts = new ArrayList<>();
    for (JsonNode element : JSON.readTree(response.body()).path(array)) {
      texts.add(field.isEmpty() ? element.asText() : element.path(field).asText());
    }
    return texts;
  }

  @Test
  void answersAPing() throws Exception {
    assertThat(send("GET", "").statusCode()).isEqualTo(200);
  }

  static Stream<Content> contents() {
    return Stream.concat(BLOBS.stream(), MANIFESTS.stream());
  }

  @ParameterizedTest
  @MethodSource("contents")
  void hasEveryManifestAndBlobUnderAllOfItsNames(Content content) throws Exception {
    for (String reference : content.references()) {
      for (String method : List.of("HEAD", "GET")) {
        HttpResponse<byte[]> answer =
            send(
                method,
                "conformance/repo1/" + content.kind() + "/" + reference,
                "Accept",
                INDEX_TYPE,
                "Accept",
                IMAGE_TYPE);
        assertThat(answer.statusCode()).as("%s %s", method, reference).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(method.equals("GET") ? content.bytes() : new byte[0]);
        assertThat(header(answer, "Content-Length")).isEqualTo("" + content.bytes().length);
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digestOf(content, reference));
        if (content.kind().equals("manifests")) {
          assertThat(header(answer, "Content-Type")).isEqualTo(content.mediaType());
        }
      }
    }
  }

  private static String digestOf(Content content, String reference) {
    return reference.contains(":") ? reference : Digest.sha256Of(content.bytes()).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "500-1499, 206, 500, 1500",
    "500-, 206, 500, 2048",
    "-500, 206, 1548, 2048",
    "2000-5000, 206, 2000, 2048",
    "5000-10000, 416, 0, 0",
    // Backwards: to be refused or to be ignored.
    "500-0, 200, 0, 2048",
  })
  void servesRangesOfBlobsOfEitherAlgorithm(String range, int status, int from, int to)
      throws Exception {
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      HttpResponse<byte[]> answer =
          get("blobs/" + digest(algorithm, RANDOM), "Range", "bytes=" + range);
      assertThat(answer.statusCode()).isEqualTo(status);
      if (status != 416) {
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(RANDOM, from, to));
        assertThat(header(answer, "Content-Length")).isEqualTo("" + (to - from));
      }
      if (status == 206) {
        assertThat(header(answer, "Content-Range"))
            .isEqualTo("bytes %d-%d/2048".formatted(from, to - 1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"blobs", "manifests"})
  void saysNotFoundOfADigestThatNobodyHas(String kind) throws Exception {
    String path = kind + "/" + Digest.sha256Of("nobody has this".getBytes(UTF_8));
    assertThat(send("HEAD", "conformance/repo1/" + path).statusCode()).isEqualTo(404);
    assertThat(error(get(path), 404))
        .isEqualTo(kind.equals("blobs") ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN");
  }

  @Test
  void saysNotFoundOfATagThatNobodyHas() throws Exception {
    assertThat(send("HEAD", "conformance/repo1/manifests/missing").statusCode()).isEqualTo(404);
    assertThat(error(get("manifests/missing"), 404)).isEqualTo("MANIFEST_UNKNOWN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifests/sha256:baddigeststring",
        "manifests/sha256:totallywrong",
        "blobs/sha256:totallywrong"
      })
  void refusesADigestThatIsNone(String path) throws Exception {
    assertThat(error(get(path), 400)).isEqualTo("DIGEST_INVALID");
  }

  private static String error(HttpResponse<byte[]> answer, int status) throws IOException {
    assertThat(answer.statusCode()).isEqualTo(status);
    JsonNode errors = JSON.readTree(answer.body()).path("errors");
    assertThat(errors).isNotEmpty();
    assertThat(CODES).contains(errors.path(0).path("code").asText());
    return errors.path(0).path("code").asText();
  }

  @Test
  void listsTagsFromWhereTheLastPageEnded() throws Exception {
    assertThat(texts(get("tags/list"), "tags", "")).containsExactlyElementsOf(TAGS);
    assertThat(texts(get("tags/list?n=2"), "tags", "")).containsExactly("artifact", "image");
    assertThat(texts(get("tags/list?last=image"), "tags", "")).containsExactly("index", "other");
    assertThat(texts(get("tags/list?n=1&last=image"), "tags", "")).containsExactly("index");
    assertThat(header(get("tags/list?n=2"), "Link")).contains("last=image", "rel=\"next\"");
    assertThat(header(get("tags/list?n=2&last=image"), "Link")).isEmpty();
  }

  @Test
  void listsReferrersOfOneKindOrOfAll() throws Exception {
    String path = "referrers/" + image;
    HttpResponse<byte[]> all = get(path);
    assertThat(header(all, "Content-Type")).isEqualTo(INDEX_TYPE);
    assertThat(texts(all, "manifests", "artifactType"))
        .containsExactly("text/sbom", "text/signature");
    HttpResponse<byte[]> some = get(path + "?artifactType=text/sbom");
    assertThat(header(some, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(texts(some, "manifests", "artifactType")).containsExactly("text/sbom");
  }

  @Test
  void hasAnEmptyListOfReferrersForWhatNothingRefersTo() throws Exception {
    HttpResponse<byte[]> none = get("referrers/" + Digest.sha256Of("nothing".getBytes(UTF_8)));
    assertThat(none.statusCode()).isEqualTo(200);
    assertThat(header(none, "Content-Type")).isEqualTo(INDEX_TYPE);
    JsonNode index = JSON.readTree(none.body());
    assertThat(index.path("schemaVersion").asInt()).isEqualTo(2);
    assertThat(index.path("mediaType").asText()).isEqualTo(INDEX_TYPE);
    assertThat(index.path("manifests").isArray()).isTrue();
    assertThat(index.path("manifests")).isEmpty();
  }
}
