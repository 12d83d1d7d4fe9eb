package io.shoal.oci.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadingRightsTest {

  private static final AuthConfig SETTINGS =
      new AuthConfig(Duration.ofSeconds(60), Duration.ofMinutes(15));
  private static final Digest LAYER = Digest.sha256Of("layer".getBytes(UTF_8));
  private static final Digest OTHER = Digest.sha256Of("other".getBytes(UTF_8));

  private final AtomicLong now = new AtomicLong(-5);
  private final ReadingRights rights =
      new ReadingRights(
          Settings.upstreams("{private.test: {mode: relay}, open.test: {}}").names(),
          SETTINGS,
          now::get);

  private static Reader reader(String upstream, String repository, String token) {
    return new Reader(upstream, repository, ClientToken.ofHeader("Bearer " + token));
  }

  private final Reader owner = reader("private.test", "team/app", "owner");

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aRightNeedsBothATokenAndADigestOfThatRepository() {
    rights.accepted(owner, Duration.ZERO);
    assertThat(rights.holds(owner, LAYER)).isFalse();
    rights.belongs(owner, LAYER);
    assertThat(rights.holds(owner, LAYER)).isTrue();
    assertThat(rights.holds(owner, OTHER)).isFalse();
    assertThat(rights.holds(reader("private.test", "team/app", "thief"), LAYER)).isFalse();
    assertThat(rights.holds(new Reader("private.test", "team/app", Optional.empty()), LAYER))
        .isFalse();
    Reader neighbour = reader("private.test", "third/own", "owner");
    rights.accepted(neighbour, Duration.ZERO);
    assertThat(rights.holds(neighbour, LAYER)).isFalse();
  }

  @Test
  void anOpenRegistryNeedsTheDigestOnlyButThatToo() {
    Reader anybody = new Reader("open.test", "team/app", Optional.empty());
    assertThat(rights.holds(anybody, LAYER)).isFalse();
    rights.belongs(owner, LAYER);
    assertThat(rights.holds(anybody, LAYER)).isFalse();
    rights.belongs(anybody, LAYER);
    assertThat(rights.holds(anybody, LAYER)).isTrue();
  }

  @Test
  void aProofAgesAndLastsLongerInAnOutage() {
    rights.belongs(owner, LAYER);
    rights.accepted(owner, Duration.ofSeconds(10));
    pass(Duration.ofSeconds(49));
    assertThat(rights.holds(owner, LAYER)).isTrue();
    assertThat(rights.age(owner)).contains(Duration.ofSeconds(59));
    pass(Duration.ofSeconds(1));
    assertThat(rights.holds(owner, LAYER)).isFalse();
    assertThat(rights.holdsInOutage(owner, LAYER)).isTrue();
    pass(Duration.ofMinutes(14));
    assertThat(rights.holdsInOutage(owner, LAYER)).isFalse();
  }

  @Test
  void anOlderWordDoesNotReplaceANewerOne() {
    rights.accepted(owner, Duration.ZERO);
    rights.accepted(owner, Duration.ofSeconds(50));
    assertThat(rights.age(owner)).contains(Duration.ZERO);
  }

  @Test
  void aRefusalEndsItAtOnce() {
    rights.belongs(owner, LAYER);
    rights.accepted(owner, Duration.ZERO);
    rights.refused(owner);
    assertThat(rights.holdsInOutage(owner, LAYER)).isFalse();
    assertThat(rights.age(owner)).isEmpty();
  }

  @Test
  void aManifestOpensItsConfigAndLayersAndNothingElse() {
    rights.accepted(owner, Duration.ZERO);
    String manifest =
        """
        {"config":{"digest":"%s"},"layers":[{"digest":"%s","urls":["http://x"]},{"digest":"x"}],
         "subject":{"digest":"%s"},"manifests":[{"digest":"%s"}]}
        """
            .formatted(LAYER, OTHER, OTHER, OTHER);
    Digest digest = Digest.sha256Of(manifest.getBytes(UTF_8));
    rights.read(owner, digest, ByteBuffer.wrap(manifest.getBytes(UTF_8)));
    assertThat(rights.holds(owner, digest)).isTrue();
    assertThat(rights.holds(owner, LAYER)).isTrue();
    assertThat(rights.holds(owner, OTHER)).isFalse();
    rights.read(owner, OTHER, ByteBuffer.wrap("no JSON".getBytes(UTF_8)));
    assertThat(rights.holds(owner, OTHER)).isTrue();
  }

  @Test
  void whatIsForgottenIsNoRight() {
    rights.belongs(owner, LAYER);
    rights.accepted(owner, Duration.ZERO);
    for (int i = 0; i < 50_000; i++) {
      rights.belongs(owner, Digest.sha256Of(ByteBuffer.allocate(4).putInt(i).array()));
    }
    assertThat(rights.holds(owner, LAYER)).isFalse();
    for (int i = 0; i < 10_000; i++) {
      rights.accepted(reader("private.test", "team/app", "t" + i), Duration.ZERO);
    }
    assertThat(rights.accepted(owner)).isFalse();
  }

  @Test
  void withoutRelayNothingIsGuarded() {
    UpstreamNames open = Settings.upstreams("{open.test: {}}").names();
    assertThat(new ReadingRights(open, SETTINGS, now::get).guarded()).isFalse();
    assertThat(rights.guarded()).isTrue();
    assertThat(rights.relays("private.test")).isTrue();
    assertThat(rights.relays("open.test")).isFalse();
  }
}
