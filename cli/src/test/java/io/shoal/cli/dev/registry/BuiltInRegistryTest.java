package io.shoal.cli.dev.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.cli.dev.image.ImageGenerator;
import io.shoal.cli.dev.image.ImagePlan;
import io.shoal.cli.layout.Descriptor;
import io.shoal.cli.layout.OciLayout;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltInRegistryTest {

  @TempDir static Path directory;

  private static OciLayout image;
  private static HttpClient http;

  @BeforeAll
  static void generate() throws IOException {
    image =
        new ImageGenerator(directory)
            .image(new ImagePlan(List.of(1_000_000L, 30_000L), 1, "amd64"));
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void close() {
    http.close();
  }

  @Test
  void answersTheManifestByTagAndByDigest() throws Exception {
    try (BuiltInRegistry registry = BuiltInRegistry.start(0, "shoal/demo", "latest", image)) {
      String digest = image.manifest().digest().toString();
      for (String reference : List.of("latest", digest)) {
        HttpResponse<byte[]> answer = get(registry, "/v2/shoal/demo/manifests/" + reference);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo(Descriptor.MANIFEST);
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest);
        assertThat(Digest.sha256Of(answer.body())).isEqualTo(image.manifest().digest());
      }
    }
  }

  @Test
  void sendsWholeBlobsAndPartsAndCountsThem() throws Exception {
    try (BuiltInRegistry registry = BuiltInRegistry.start(0, "shoal/demo", "latest", image)) {
      Descriptor layer = image.layers().getFirst();
      String path = "/v2/shoal/demo/blobs/" + layer.digest();

      HttpResponse<byte[]> whole = get(registry, path);
      assertThat(whole.statusCode()).isEqualTo(200);
      assertThat(Digest.sha256Of(whole.body())).isEqualTo(layer.digest());

      HttpResponse<byte[]> part = get(registry, path, "Range", "bytes=1000-1999");
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(header(part, "Content-Range")).isEqualTo("bytes 1000-1999/" + layer.size());
      assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 1000, 2000));

      assertThat(registry.stats())
          .isEqualTo(
              new RegistryStats(
                  layer.size() + 1000, Map.of(layer.digest().toString(), layer.size() + 1000)));
    }
  }

  @Test
  void headSaysTheLengthAndSendsNothing() throws Exception {
    try (BuiltInRegistry registry = BuiltInRegistry.start(0, "shoal/demo", "latest", image)) {
      Descriptor layer = image.layers().getFirst();
      HttpRequest request =
          HttpRequest.newBuilder(uri(registry, "/v2/shoal/demo/blobs/" + layer.digest()))
              .HEAD()
              .build();

      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "Content-Length")).isEqualTo(Long.toString(layer.size()));
      assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(layer.digest().toString());
      assertThat(registry.stats().blobBytesSent()).isZero();
    }
  }

  @Test
  void refusesInTheProtocolsWords() throws Exception {
    try (BuiltInRegistry registry = BuiltInRegistry.start(0, "shoal/demo", "latest", image)) {
      Digest unknown = Digest.sha256Of(new byte[3]);
      String layer = "/v2/shoal/demo/blobs/" + image.layers().getFirst().digest();

      assertError(get(registry, "/v2/other/manifests/latest"), 404, "NAME_UNKNOWN");
      assertError(get(registry, "/v2/shoal/demo/manifests/v2"), 404, "MANIFEST_UNKNOWN");
      assertError(get(registry, "/v2/shoal/demo/blobs/" + unknown), 404, "BLOB_UNKNOWN");
      assertError(get(registry, "/v2/shoal/demo/blobs/../../x"), 404, "BLOB_UNKNOWN");
      assertError(get(registry, layer, "Range", "bytes=99999999-"), 416, "RANGE_INVALID");
    }
  }

  @Test
  void answersTheVersionCheckAndTheListOfTags() throws Exception {
    try (BuiltInRegistry registry = BuiltInRegistry.start(0, "shoal/demo", "latest", image)) {
      HttpResponse<byte[]> base = get(registry, "/v2/");
      assertThat(base.statusCode()).isEqualTo(200);
      assertThat(header(base, "Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
      assertThat(text(get(registry, "/v2/shoal/demo/tags/list")))
          .contains("\"shoal/demo\"", "[\"latest\"]");
    }
  }

  private static void assertError(HttpResponse<byte[]> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(text(answer)).contains('"' + code + '"');
  }

  private static HttpResponse<byte[]> get(BuiltInRegistry registry, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(registry, path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static URI uri(BuiltInRegistry registry, String path) {
    return URI.create("http://127.0.0.1:" + registry.port() + path);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("(no " + name + ")");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
