package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final Digest SUBJECT = Digest.sha256Of(new byte[0]);

  private final MockWebServer server = new MockWebServer();
  private UpstreamDirectory directory;
  private UpstreamRegistry registry;

  @BeforeEach
  void start() throws IOException {
    server.start();
    open("");
  }

  private void open(String settings) {
    directory =
        new UpstreamDirectory(
            Settings.upstreams(
                "{docker.io: {url: 'http://127.0.0.1:%d', %s}}"
                    .formatted(server.getPort(), settings)));
    registry = directory.registry("docker.io").orElseThrow();
  }

  @AfterEach
  void stop() {
    directory.close();
    server.close();
  }

  @Test
  void listsTagsPageByPage() throws Exception {
    server.enqueue(ok().body("{\"name\":\"a/b\",\"tags\":[\"1\",\"2\"]}").build());
    assertThat(registry.tags("a/b", 10, Optional.of("0")))
        .isEqualTo(new RemoteTags(List.of("1", "2"), false));
    assertThat(server.takeRequest().getTarget()).isEqualTo("/v2/a/b/tags/list?n=10&last=0");
    server.enqueue(ok().addHeader("Link", "<x>; rel=\"next\"").body("{\"tags\":[\"1\"]}").build());
    assertThat(registry.tags("a/b", 1, Optional.empty()).more()).isTrue();
    server.enqueue(ok().body("{\"tags\":[\"1\",\"2\",\"3\"]}").build());
    assertThat(registry.tags("a/b", 2, Optional.empty()))
        .isEqualTo(new RemoteTags(List.of("1", "2"), true));
    server.enqueue(ok().body("{\"tags\":null}").build());
    assertThat(registry.tags("a/b", 2, Optional.empty()).tags()).isEmpty();
  }

  @Test
  void cutsPagesOutOfTheListOfARegistryThatKnowsNoPages() throws Exception {
    String all = "{\"tags\":[\"c\",\"a\",\"d\",\"b\"]}";
    server.enqueue(ok().body(all).build());
    assertThat(registry.tags("a/b", 3, Optional.empty()))
        .isEqualTo(new RemoteTags(List.of("a", "b", "c"), true));
    server.enqueue(ok().body(all).build());
    assertThat(registry.tags("a/b", 3, Optional.of("c")))
        .isEqualTo(new RemoteTags(List.of("d"), false));
    server.enqueue(ok().body(all).build());
    assertThat(registry.tags("a/b", 10, Optional.of("d")).tags()).isEmpty();
  }

  @Test
  void listsRepositoriesPageByPage() throws Exception {
    server.enqueue(
        ok().addHeader("Link", "<x>; rel=\"next\"").body("{\"repositories\":[\"a\"]}").build());
    assertThat(registry.catalog(1, Optional.of("0")))
        .isEqualTo(new RemoteCatalog(List.of("a"), Optional.of("a")));
    assertThat(server.takeRequest().getTarget()).isEqualTo("/v2/_catalog?n=1&last=0");
    server.enqueue(ok().body("{\"repositories\":[]}").build());
    assertThat(registry.catalog(1, Optional.empty()))
        .isEqualTo(new RemoteCatalog(List.of(), Optional.empty()));
  }

  @Test
  void listsOnlyRepositoriesThatCanBeRead() throws Exception {
    directory.close();
    open("rewrite: hub, deny: ['secret/*']");
    server.enqueue(names("hub/secret/a", "hub/secret/b"));
    server.enqueue(names("hub/x/y", "hub/z"));
    assertThat(registry.catalog(2, Optional.of("s")))
        .isEqualTo(new RemoteCatalog(List.of("x/y", "z"), Optional.of("z")));
    assertThat(server.takeRequest().getTarget()).isEqualTo("/v2/_catalog?n=2&last=hub%2Fs");
    assertThat(server.takeRequest().getTarget())
        .isEqualTo("/v2/_catalog?n=2&last=hub%2Fsecret%2Fb");
    server.enqueue(names("hub/zz", "other"));
    assertThat(registry.catalog(2, Optional.empty()))
        .isEqualTo(new RemoteCatalog(List.of("zz"), Optional.empty()));
    assertThat(server.takeRequest().getTarget()).isEqualTo("/v2/_catalog?n=2&last=hub%2F");
  }

  private static MockResponse names(String first, String second) {
    return ok().addHeader("Link", "<x>; rel=\"next\"")
        .body("{\"repositories\":[\"%s\",\"%s\"]}".formatted(first, second))
        .build();
  }

  @Test
  void readsAllPagesOfReferrers() throws Exception {
    server.enqueue(
        index("{\"digest\":\"a\"}").addHeader("Link", "</v2/x?p=2>; rel=\"next\"").build());
    server.enqueue(
        index("{\"digest\":\"b\"}")
            .addHeader("Link", "<http://elsewhere.example/>; rel=next")
            .build());
    assertThat(referrers(SUBJECT))
        .isEqualTo(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"digest\":\"a\"},{\"digest\":\"b\"}]}"
                .formatted(INDEX));
    RecordedRequest first = server.takeRequest();
    assertThat(first.getTarget()).isEqualTo("/v2/a/b/referrers/" + SUBJECT);
    assertThat(first.getHeaders().get("Accept")).isEqualTo(INDEX);
    assertThat(server.takeRequest().getTarget()).isEqualTo("/v2/x?p=2");
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void findsReferrersByTheFallbackTag() throws Exception {
    server.enqueue(status(404).build());
    server.enqueue(index("{\"digest\":\"a\"}").build());
    assertThat(referrers(SUBJECT)).contains("\"digest\":\"a\"");
    server.takeRequest();
    assertThat(server.takeRequest().getTarget())
        .isEqualTo("/v2/a/b/manifests/sha256-" + SUBJECT.hex());

    Digest sha512 =
        Digest.of(HashAlgorithm.SHA512, HashAlgorithm.SHA512.newMessageDigest().digest());
    server.enqueue(ok().body("a web page").build());
    server.enqueue(status(404).build());
    assertThat(referrers(sha512)).endsWith("\"manifests\":[]}");
    server.takeRequest();
    assertThat(server.takeRequest().getTarget())
        .isEqualTo("/v2/a/b/manifests/sha512-" + sha512.hex().substring(0, 64));
  }

  @Test
  void keepsNoReferrersApartFromNoAnswer() {
    server.enqueue(status(500).build());
    assertThatThrownBy(() -> referrers(SUBJECT)).isInstanceOf(UpstreamException.class);
    server.enqueue(status(404).build());
    server.enqueue(status(503).build());
    assertThatThrownBy(() -> referrers(SUBJECT)).isInstanceOf(UpstreamException.class);
  }

  @Test
  void readsNoMoreReferrersThanFitIntoAManifest() {
    String large = "{\"digest\":\"%s\"}".formatted("x".repeat(3 << 20));
    server.enqueue(index(large).addHeader("Link", "</v2/x>; rel=\"next\"").build());
    server.enqueue(index(large).build());
    assertThatThrownBy(() -> referrers(SUBJECT)).hasMessageContaining("more than");
    for (int i = 0; i <= 65; i++) {
      server.enqueue(index("").addHeader("Link", "</v2/x>; rel=\"next\"").build());
    }
    assertThatThrownBy(() -> referrers(SUBJECT)).hasMessageContaining("pages");
  }

  private String referrers(Digest subject) throws UpstreamException {
    return StandardCharsets.UTF_8.decode(registry.referrers("a/b", subject)).toString();
  }

  private static MockResponse.Builder index(String descriptor) {
    return ok().setHeader("Content-Type", INDEX)
        .body("{\"schemaVersion\":2,\"manifests\":[" + descriptor + "]}");
  }

  private static MockResponse.Builder ok() {
    return status(200);
  }

  private static MockResponse.Builder status(int code) {
    return new MockResponse.Builder().code(code);
  }
}
