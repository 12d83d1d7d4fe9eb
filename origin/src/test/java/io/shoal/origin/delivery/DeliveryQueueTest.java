package io.shoal.origin.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import io.shoal.origin.delivery.Delivery.Kind;
import io.shoal.origin.delivery.DeliveryQueue.Numbered;
import io.shoal.origin.upstream.RepositoryRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeliveryQueueTest {

  private static final long SECOND = 1_000_000_000;
  private static final RepositoryRef APP = new RepositoryRef("registry.test", "team/app");
  private static final RepositoryRef OTHER = new RepositoryRef("registry.test", "team/other");
  private static final RepositoryRef ELSEWHERE = new RepositoryRef("quay.io", "team/app");

  private final DeliveryQueue queue =
      new DeliveryQueue(
          new Pauses<>(Duration.ofMinutes(1), () -> 1),
          new Pauses<>(Duration.ofMinutes(1), () -> 1));
  private long numbers;

  private static Digest digest(String content) {
    return Digest.sha256Of(content.getBytes(UTF_8));
  }

  private long blob(RepositoryRef to, String content) {
    queue.add(numbers, Delivery.blob(to, digest(content), Optional.empty(), 0));
    return numbers++;
  }

  private long manifest(RepositoryRef to, String content, String tag, String... needs) {
    List<Digest> all = List.of(needs).stream().map(DeliveryQueueTest::digest).toList();
    queue.add(
        numbers,
        Delivery.manifest(to, digest(content), Optional.of(tag).filter(t -> !t.isEmpty()), all, 0));
    return numbers++;
  }

  private Numbered next(long nowNanos) {
    return queue.next(nowNanos).orElseThrow();
  }

  @Test
  void oneAtATimeForARepositoryInTheOrderOfTheirComing() {
    long first = blob(APP, "1");
    long second = blob(APP, "2");
    long other = blob(OTHER, "1");
    Numbered sending = next(0);
    assertThat(sending.number()).isEqualTo(first);
    assertThat(next(0).number()).isEqualTo(other);
    assertThat(queue.next(0)).isEmpty();
    queue.succeeded(sending);
    assertThat(next(0).number()).isEqualTo(second);
  }

  @Test
  void whatAManifestNeedsGoesBeforeIt() {
    long layer = blob(APP, "layer");
    manifest(APP, "image", "1", "layer");
    Numbered sending = next(0);
    assertThat(sending.number()).isEqualTo(layer);
    queue.failed(sending, false, "too large", Optional.empty(), 0);
    assertThat(queue.next(0)).isEmpty();
    Numbered again = next(SECOND);
    queue.succeeded(again);
    assertThat(next(SECOND).delivery().tag()).contains("1");
  }

  @Test
  void aTagThatSomethingLaterTakesIsNotSent() {
    manifest(APP, "old", "1");
    long later = manifest(APP, "new", "1");
    assertThat(queue.tag(APP, "1")).contains(digest("new"));
    Numbered sending = next(0);
    assertThat(sending.delivery().tag()).isEmpty();
    queue.succeeded(sending);
    assertThat(queue.tag(APP, "1")).contains(digest("new"));
    assertThat(next(0))
        .isEqualTo(
            new Numbered(
                later, Delivery.manifest(APP, digest("new"), Optional.of("1"), List.of(), 0)));
  }

  @Test
  void aRefusalHoldsUpNothingElse() {
    blob(APP, "1");
    long second = blob(APP, "2");
    queue.failed(next(0), false, "denied", Optional.empty(), 0);
    assertThat(next(0).number()).isEqualTo(second);
  }

  @Test
  void anOutageHoldsUpItsRegistryAndNoOther() {
    blob(APP, "1");
    blob(OTHER, "2");
    long elsewhere = blob(ELSEWHERE, "3");
    queue.failed(next(0), true, "no answer", Optional.empty(), 0);
    assertThat(next(0).number()).isEqualTo(elsewhere);
    assertThat(queue.next(SECOND - 1)).isEmpty();
    assertThat(queue.waitNanos(0)).isEqualTo(SECOND);
    assertThat(queue.next(SECOND)).isPresent();
  }

  @Test
  void aReasonIsNewsOnce() {
    blob(APP, "1");
    assertThat(queue.failed(next(0), true, "no answer", Optional.empty(), 0)).isTrue();
    assertThat(queue.failed(next(SECOND), true, "no answer", Optional.empty(), SECOND)).isFalse();
    Numbered third = next(10 * SECOND);
    assertThat(queue.problem(third).orElseThrow().failures()).isEqualTo(2);
    assertThat(queue.failed(third, false, "denied", Optional.empty(), 10 * SECOND)).isTrue();
  }

  @Test
  void knowsWhatIsOnItsWayUntilItIsThereOrTakenBack() {
    blob(APP, "1");
    long twice = blob(OTHER, "1");
    assertThat(queue.has(APP, Kind.BLOB, digest("1"))).isTrue();
    assertThat(queue.has(APP, Kind.MANIFEST, digest("1"))).isFalse();
    assertThat(queue.has(ELSEWHERE, Kind.BLOB, digest("1"))).isFalse();
    queue.succeeded(next(0));
    assertThat(queue.has(APP, Kind.BLOB, digest("1"))).isFalse();
    assertThat(queue.has(digest("1"))).isTrue();
    queue.remove(twice);
    assertThat(queue.has(digest("1"))).isFalse();
    assertThat(queue.size()).isZero();
    assertThat(queue.waitNanos(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void losesATagAndGoesOn() {
    long number = manifest(APP, "image", "1");
    queue.untag(number);
    assertThat(queue.tag(APP, "1")).isEmpty();
    assertThat(next(0).delivery().tag()).isEmpty();
  }
}
