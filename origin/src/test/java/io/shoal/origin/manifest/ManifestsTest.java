package io.shoal.origin.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.client.origin.OriginReason;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoreLimits;
import io.shoal.oci.testing.FakeUpstream;
import io.shoal.oci.upstream.UpstreamConfig;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamsConfig;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.RepositoryRef;
import io.shoal.origin.upstream.Upstreams;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ManifestsTest {

  private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

  @TempDir Path dir;

  private Instant now = Instant.EPOCH.plusSeconds(1000);
  private FakeUpstream upstream;
  private UpstreamDirectory directory;
  private BlobStore store;
  private RepositoryRef repository;
  private Manifests manifests;

  @BeforeEach
  void start() throws Exception {
    upstream = new FakeUpstream();
    repository = new RepositoryRef(upstream.host(), "a/b");
    directory =
        new UpstreamDirectory(
            new UpstreamsConfig(
                upstream.host(),
                List.of(),
                Map.of(upstream.host(), UpstreamConfig.anonymous(upstream.uri()))));
    store =
        BlobStore.open(
            dir,
            new StoreLimits(Optional.empty(), 0.9, 0.01, 0.95, 0.85, Duration.ofHours(1)),
            new SimpleMeterRegistry());
    manifests =
        new Manifests(
            store, new Upstreams(directory), Duration.ofSeconds(10), () -> now, bytes -> {});
  }

  @AfterEach
  void stop() throws Exception {
    directory.close();
    store.close();
    upstream.close();
  }

  private FoundManifest find() throws OriginFailure, InterruptedException {
    return manifests.find(repository, "latest", List.of(TYPE));
  }

  @Test
  void believesATagForAWhileAndThenAsksWhetherItHasMoved() throws Exception {
    upstream.addManifest("latest", TYPE, utf8("{}"));
    find();
    now = now.plusSeconds(9);
    find();
    assertThat(upstream.manifestRequests()).containsExactly("GET latest");
    now = now.plusSeconds(1);
    find();
    assertThat(upstream.manifestRequests()).containsExactly("GET latest", "HEAD latest");
    now = now.plusSeconds(10);
    upstream.addManifest("latest", TYPE, utf8("{\"a\":1}"));
    assertThat(find().content().remaining()).isEqualTo(7);
    assertThat(upstream.manifestRequests())
        .containsExactly("GET latest", "HEAD latest", "HEAD latest", "GET latest");
  }

  @Test
  void asksAFailingUpstreamOnlyNowAndThen() throws Exception {
    upstream.addManifest("latest", TYPE, utf8("{}"));
    assertThat(find().stale()).isFalse();
    now = now.plusSeconds(10);
    upstream.down(true);
    assertThat(find().stale()).isTrue();
    upstream.down(false);
    now = now.plusSeconds(9);
    assertThat(find().stale()).isTrue();
    assertThat(upstream.manifestRequests()).containsExactly("GET latest");
    now = now.plusSeconds(1);
    assertThat(find().stale()).isFalse();
  }

  @Test
  void servesWhatATagMeantWhileUpstreamHasHadEnough() throws Exception {
    upstream.addManifest("latest", TYPE, utf8("{}"));
    find();
    now = now.plusSeconds(10);
    upstream.refuseWith(429);
    assertThat(find().stale()).isTrue();
    assertThatThrownBy(() -> manifests.find(repository, "other", List.of()))
        .isInstanceOfSatisfying(
            OriginFailure.class,
            e -> assertThat(e.error().reason()).isEqualTo(OriginReason.RATE_LIMITED));
  }

  @Test
  void forgetsATagThatIsGone() throws Exception {
    upstream.addManifest("latest", TYPE, utf8("{}"));
    find();
    now = now.plusSeconds(10);
    upstream.refuseWith(404);
    assertThatThrownBy(this::find)
        .isInstanceOfSatisfying(
            OriginFailure.class,
            e -> assertThat(e.error().reason()).isEqualTo(OriginReason.NOT_FOUND));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
