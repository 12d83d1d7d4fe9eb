package io.shoal.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The requests of the distribution spec's conformance suite that push, discover and manage content,
 * with every kind of content that it has. The group pull is {@code PullConformanceTest} of the
 * agent; uploads that are cancelled, resumed, mounted or out of order are {@link BlobPushTest}'s.
 */
class PushConformanceTest extends PushFixture {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How a client can send a blob. */
  private enum Way {
    POST_ALONE,
    POST_AND_PUT,
    ONE_CHUNK,
    CHUNKS,
    CHUNKS_THE_LAST_BY_PUT,
    STREAM
  }

  private static String digest(HashAlgorithm algorithm, byte[] content) {
    return Digest.of(algorithm, algorithm.newMessageDigest().digest(content)).toString();
  }

  private HttpResponse<byte[]> upload(Way way, byte[] content, String digest) throws Exception {
    int third = content.length / 3;
    return switch (way) {
      case POST_ALONE ->
          send("POST", REPOSITORY + "/blobs/uploads/?digest=" + digest, bytes(content));
      case POST_AND_PUT -> finish(begin(), content, digest);
      case ONE_CHUNK -> finish(chunk(begin(), content, 0, content.length), new byte[0], digest);
      case CHUNKS -> {
        String upload = chunk(begin(), content, 0, third);
        upload = chunk(upload, content, third, 2 * third);
        yield finish(chunk(upload, content, 2 * third, content.length), new byte[0], digest);
      }
      case CHUNKS_THE_LAST_BY_PUT -> {
        String upload = chunk(begin(), content, 0, 2 * third);
        yield send(
            "PUT",
            upload + "?digest=" + digest,
            bytes(Arrays.copyOfRange(content, 2 * third, content.length)),
            "Content-Range",
            2 * third + "-" + (content.length - 1));
      }
      case STREAM -> {
        HttpResponse<byte[]> patch = send("PATCH", begin(), stream(content));
        assertThat(patch.statusCode()).isEqualTo(202);
        yield finish(header(patch, "Location"), new byte[0], digest);
      }
    };
  }

  /** Where the next request goes. */
  private String chunk(String upload, byte[] content, int from, int toExclusive) throws Exception {
    HttpResponse<byte[]> patch =
        send(
            "PATCH",
            upload,
            bytes(Arrays.copyOfRange(content, from, toExclusive)),
            "Content-Range",
            from + "-" + (toExclusive - 1));
    assertThat(patch.statusCode()).isEqualTo(202);
    assertThat(header(patch, "Range")).isEqualTo("0-" + (toExclusive - 1));
    return header(patch, "Location");
  }

  @ParameterizedTest
  @EnumSource
  void takesABlobInEveryWayAndHasItUntilItIsDeleted(HashAlgorithm algorithm) throws Exception {
    for (Way way : Way.values()) {
      byte[] content = random(1000 + way.ordinal());
      String digest = digest(algorithm, content);
      String blob = REPOSITORY + "/blobs/" + digest;
      assertThat(send("HEAD", blob).statusCode()).isEqualTo(404);
      assertTaken(upload(way, content, digest), blob, digest);
      assertHas(blob, content, digest);
      assertDeletes(blob);
    }
    for (byte[] content : List.of(new byte[0], "{}".getBytes(UTF_8))) {
      String digest = digest(algorithm, content);
      assertTaken(
          upload(Way.POST_AND_PUT, content, digest), REPOSITORY + "/blobs/" + digest, digest);
      assertHas(REPOSITORY + "/blobs/" + digest, content, digest);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesABlobOfAnotherDigestInEveryWay(HashAlgorithm algorithm) throws Exception {
    for (Way way : Way.values()) {
      String digest = digest(algorithm, random(2000 + way.ordinal()));
      assertError(upload(way, SMALL, digest), 400, "DIGEST_INVALID");
      assertThat(send("HEAD", REPOSITORY + "/blobs/" + digest).statusCode()).isEqualTo(404);
    }
  }

  private static void assertTaken(HttpResponse<byte[]> put, String location, String digest) {
    assertThat(put.statusCode()).as(location).isEqualTo(201);
    assertThat(header(put, "Location")).isEqualTo(location);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(digest);
  }

  private HttpResponse<byte[]> assertHas(String address, byte[] content, String digest)
      throws Exception {
    HttpResponse<byte[]> head = send("HEAD", address);
    assertThat(head.statusCode()).as(address).isEqualTo(200);
    assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(content.length));
    HttpResponse<byte[]> got = send("GET", address);
    assertThat(got.statusCode()).as(address).isEqualTo(200);
    assertThat(got.body()).isEqualTo(content);
    assertThat(header(got, "Docker-Content-Digest")).isEqualTo(digest);
    return got;
  }

  private void assertDeletes(String address) throws Exception {
    assertThat(send("DELETE", address).statusCode()).as(address).isEqualTo(202);
    assertThat(send("HEAD", address).statusCode()).as(address).isEqualTo(404);
  }

  @Test
  @Timeout(180)
  void takesEveryKindOfContentAndHasItUntilItIsDeleted() throws Exception {
    for (PushedContent content : PushedContent.everyKind()) {
      for (byte[] blob : content.blobs()) {
        String digest = digest(content.algorithm(), blob);
        assertThat(finish(begin(), blob, digest).statusCode()).isEqualTo(201);
      }
      for (PushedContent.Document document : content.documents()) {
        put(document, document.digest());
        put(document, document.tag());
      }
      assertListsTags(content);
      for (PushedContent.Document document : content.documents()) {
        for (String reference : List.of(document.digest(), document.tag())) {
          HttpResponse<byte[]> got =
              assertHas(at(reference), document.bytes(), documentDigest(document, reference));
          assertThat(header(got, "Content-Type")).isEqualTo(document.mediaType());
        }
        if (!document.subject().isEmpty()) {
          assertRefers(document);
        }
      }
      delete(content);
    }
  }

  private static String at(String reference) {
    return REPOSITORY + "/manifests/" + reference;
  }

  /** A tag says nothing of an algorithm. */
  private static String documentDigest(PushedContent.Document document, String reference) {
    return reference.equals(document.tag()) ? digestOf(document.bytes()) : document.digest();
  }

  private void put(PushedContent.Document document, String reference) throws Exception {
    HttpResponse<byte[]> put =
        send("PUT", at(reference), bytes(document.bytes()), "Content-Type", document.mediaType());
    String digest = documentDigest(document, reference);
    assertTaken(put, at(digest), digest);
    assertThat(header(put, "OCI-Subject")).isEqualTo(document.subject());
  }

  private void assertListsTags(PushedContent content) throws Exception {
    List<String> tags = tags("");
    assertThat(tags)
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(
            content.documents().stream().map(PushedContent.Document::tag).toList());
    int half = (tags.size() + 1) / 2;
    assertThat(tags("?last=" + tags.get(half - 1))).isEqualTo(tags.subList(half, tags.size()));
  }

  private List<String> tags(String query) throws Exception {
    List<String> tags = new ArrayList<>();
    JsonNode list = JSON.readTree(send("GET", REPOSITORY + "/tags/list" + query).body());
    list.path("tags").forEach(tag -> tags.add(tag.asText()));
    return tags;
  }

  private void assertRefers(PushedContent.Document document) throws Exception {
    String referrers = REPOSITORY + "/referrers/" + document.subject();
    HttpResponse<byte[]> all = send("GET", referrers);
    assertThat(header(all, "Content-Type")).isEqualTo(PushedContent.INDEX);
    JsonNode entry = entry(all, document);
    assertThat(entry.path("mediaType").asText()).isEqualTo(document.mediaType());
    assertThat(entry.path("size").asInt()).isEqualTo(document.bytes().length);
    String type = JSON.readTree(document.bytes()).path("artifactType").asText();
    assertThat(entry.path("artifactType").asText()).isEqualTo(type);
    assertThat(entry.path("annotations"))
        .isEqualTo(JSON.readTree(document.bytes()).path("annotations"));
    HttpResponse<byte[]> filtered = send("GET", referrers + "?artifactType=" + type);
    assertThat(header(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(entry(filtered, document)).isEqualTo(entry);
    JsonNode others =
        JSON.readTree(send("GET", referrers + "?artifactType=application/vnd.other").body());
    assertThat(others.path("manifests").isEmpty()).isTrue();
  }

  private static JsonNode entry(HttpResponse<byte[]> list, PushedContent.Document document)
      throws Exception {
    for (JsonNode entry : JSON.readTree(list.body()).path("manifests")) {
      if (entry.path("digest").asText().equals(document.digest())) {
        return entry;
      }
    }
    throw new AssertionError(document.digest() + " is not in " + new String(list.body(), UTF_8));
  }

  private void delete(PushedContent content) throws Exception {
    for (PushedContent.Document document : content.documents().reversed()) {
      assertDeletes(at(document.tag()));
      assertDeletes(at(document.digest()));
    }
    for (byte[] blob : content.blobs()) {
      assertDeletes(REPOSITORY + "/blobs/" + digest(content.algorithm(), blob));
    }
  }

  @Test
  void saysNotFoundOfManifestsThatAreNotThereAndRefusesDigestsThatAreNone() throws Exception {
    assertError(send("GET", at(digestOf(LARGE))), 404, "MANIFEST_UNKNOWN");
    assertError(send("GET", at("missing")), 404, "MANIFEST_UNKNOWN");
    assertError(send("DELETE", at("missing")), 404, "MANIFEST_UNKNOWN");
    assertError(putManifest("sha256:baddigeststring", manifest("")), 400, "DIGEST_INVALID");
    assertError(send("GET", at("sha256:baddigeststring")), 400, "DIGEST_INVALID");
  }
}
