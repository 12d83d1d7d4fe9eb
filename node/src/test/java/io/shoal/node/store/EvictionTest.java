package io.shoal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.node.store.StoreFixture.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvictionTest {

  private static final List<Sample> TEN =
      IntStream.range(0, 10).mapToObj(seed -> Sample.of(seed, 1000)).toList();

  @TempDir Path root;
  private StoreFixture fixture;

  /** High watermark at 9000 bytes, low at 5000. */
  private void open() throws Exception {
    fixture = new StoreFixture(root, StoreFixture.quota(10_000));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void putOneEachSecond(List<Sample> samples) throws Exception {
    for (Sample sample : samples) {
      fixture.clock.advance(Duration.ofSeconds(1));
      fixture.put(sample);
    }
  }

  @Test
  void startsAtTheHighWatermarkAndEndsAtTheLow() throws Exception {
    open();
    putOneEachSecond(TEN.subList(0, 9));
    assertThat(fixture.evicted).isEmpty();
    putOneEachSecond(TEN.subList(9, 10));
    assertThat(fixture.evicted)
        .containsExactlyElementsOf(TEN.subList(0, 5).stream().map(Sample::digest).toList());
    assertThat(fixture.store.usage().blobBytes()).isEqualTo(5000);
    assertThat(fixture.blobFile(TEN.getFirst().digest())).doesNotExist();
    assertThat(fixture.metrics.counter("shoal.store.evictions").count()).isEqualTo(5);
  }

  @Test
  void theLeastRecentlyUsedGoesFirstAlsoAfterARestart() throws Exception {
    open();
    putOneEachSecond(TEN.subList(0, 9));
    fixture.clock.advance(Duration.ofSeconds(1));
    assertThat(fixture.has(TEN.get(0))).isTrue();
    assertThat(fixture.has(TEN.get(2))).isTrue();
    fixture.reopenCleanly();
    putOneEachSecond(TEN.subList(9, 10));
    assertThat(fixture.evicted)
        .containsExactly(
            TEN.get(1).digest(),
            TEN.get(3).digest(),
            TEN.get(4).digest(),
            TEN.get(5).digest(),
            TEN.get(6).digest());
  }

  @Test
  void leasedAndPinnedBlobsStay() throws Exception {
    open();
    putOneEachSecond(TEN.subList(0, 9));
    fixture.store.pin(TEN.get(1).digest(), Duration.ofHours(1));
    fixture.store.pin(TEN.get(2).digest(), Duration.ofHours(1));
    fixture.store.unpin(TEN.get(2).digest());
    fixture.reopenCleanly();
    try (StoredBlob leased = fixture.store.find(TEN.getFirst().digest()).orElseThrow()) {
      for (int seed = 100; seed < 200; seed++) {
        fixture.clock.advance(Duration.ofSeconds(1));
        fixture.put(Sample.of(seed, 1000));
      }
      assertThat(fixture.evicted).contains(TEN.get(2).digest());
      assertThat(leased.readAll()).isEqualTo(TEN.getFirst().bytes());
      assertThat(fixture.store.blobs()).containsKeys(TEN.getFirst().digest(), TEN.get(1).digest());
    }
    fixture.clock.advance(Duration.ofHours(1));
    fixture.store.sweep();
    putOneEachSecond(List.of(Sample.of(300, 9000)));
    assertThat(fixture.store.blobs()).containsOnlyKeys(Sample.of(300, 9000).digest());
  }

  @Test
  void whatCanNeverFitEvictsNothing() throws Exception {
    open();
    putOneEachSecond(TEN.subList(0, 5));
    Sample tooLarge = Sample.of(50, 10_001);
    assertThatThrownBy(() -> fixture.openPartial(tooLarge))
        .isInstanceOf(DiskFullException.class)
        .hasMessageContaining("store.quota");
    assertThatThrownBy(() -> fixture.put(tooLarge)).isInstanceOf(DiskFullException.class);
    assertThat(fixture.evicted).isEmpty();
    assertThat(fixture.store.partials()).isEmpty();
    assertThat(fixture.metrics.counter("shoal.store.disk.full").count()).isEqualTo(2);
  }

  @Test
  void aPartialBlobCountsWithItsFullLengthFromTheStart() throws Exception {
    open();
    try (PartialBlob partial = fixture.openPartial(Sample.of(50, 6000))) {
      assertThat(fixture.store.usage().partialBytes()).isEqualTo(6000);
      assertThatThrownBy(() -> fixture.openPartial(Sample.of(51, 6000)))
          .isInstanceOf(DiskFullException.class);
      StoreFixture.fillAll(partial, Sample.of(50, 6000));
      partial.commit(Optional.empty()).close();
    }
    fixture.openPartial(Sample.of(51, 6000)).close();
    assertThat(fixture.evicted).containsExactly(Sample.of(50, 6000).digest());
  }

  @Test
  void aPinnedPartialBlobStaysUntilThePinHasRunOut() throws Exception {
    open();
    Sample pinned = Sample.of(50, 6000);
    fixture.store.pin(pinned.digest(), Duration.ofHours(48));
    fixture.openPartial(pinned).close();
    fixture.reopenCleanly();
    fixture.clock.advance(Duration.ofHours(30));
    fixture.store.sweep();

    assertThatThrownBy(() -> fixture.put(Sample.of(51, 6000)))
        .isInstanceOf(DiskFullException.class);
    assertThat(fixture.store.partials()).containsOnlyKeys(pinned.digest());

    fixture.clock.advance(Duration.ofHours(18));
    fixture.put(Sample.of(51, 6000));
    assertThat(fixture.store.partials()).isEmpty();
  }

  @Test
  void aPartialBlobThatNobodyUsesGivesWay() throws Exception {
    open();
    fixture.openPartial(Sample.of(50, 6000)).close();
    fixture.clock.advance(Duration.ofSeconds(1));
    fixture.put(Sample.of(51, 6000));
    assertThat(fixture.store.partials()).isEmpty();
    assertThat(fixture.partialFile(Sample.of(50, 6000).digest())).doesNotExist();
    assertThat(fixture.evicted).as("only verified blobs are told of").isEmpty();
  }

  @Test
  void aPartialBlobExpiresWhenNobodyUsesItForADay() throws Exception {
    open();
    PartialBlob open = fixture.openPartial(Sample.of(50, 1000));
    fixture.openPartial(Sample.of(51, 1000)).close();
    fixture.clock.advance(Duration.ofHours(23));
    fixture.store.sweep();
    assertThat(fixture.store.partials()).hasSize(2);
    fixture.clock.advance(Duration.ofHours(2));
    fixture.store.sweep();
    assertThat(fixture.store.partials()).containsOnlyKeys(open.digest());
    open.close();
  }

  @Test
  void theShareOfTheDiskLimitsToo() throws Exception {
    StoreLimits limits =
        new StoreLimits(Optional.empty(), 0.2, 0.1, 0.95, 0.85, Duration.ofHours(1));
    fixture = new StoreFixture(root, limits);
    fixture.disk.totalBytes = 20_000;
    assertThat(fixture.store.usage().limitBytes()).isEqualTo(4000);
    assertThatThrownBy(() -> fixture.put(Sample.of(50, 4001)))
        .isInstanceOf(DiskFullException.class);
    fixture.put(Sample.of(50, 4000));
  }

  @Test
  void partOfTheDiskStaysFreeWhoeverFillsIt() throws Exception {
    StoreLimits limits = new StoreLimits(Optional.empty(), 1.0, 0.1, 1.0, 1.0, Duration.ofHours(1));
    fixture = new StoreFixture(root, limits);
    fixture.disk.totalBytes = 100_000;
    fixture.disk.usableBytes = 15_000;
    putOneEachSecond(TEN.subList(0, 4));
    assertThat(fixture.evicted).isEmpty();
    fixture.disk.usableBytes = 10_500;
    putOneEachSecond(TEN.subList(4, 5));
    assertThat(fixture.evicted).containsExactly(TEN.getFirst().digest());
    fixture.disk.usableBytes = 8_500;
    fixture.store.sweep();
    assertThat(fixture.evicted)
        .containsExactly(TEN.get(0).digest(), TEN.get(1).digest(), TEN.get(2).digest());
  }

  @Test
  void whatIsPromisedToPartialBlobsIsNotFree() throws Exception {
    StoreLimits limits = new StoreLimits(Optional.empty(), 1.0, 0.0, 1.0, 1.0, Duration.ofHours(1));
    fixture = new StoreFixture(root, limits);
    fixture.disk.usableBytes = 10_000;
    try (PartialBlob partial = fixture.openPartial(Sample.of(50, 8192))) {
      assertThatThrownBy(() -> fixture.put(Sample.of(51, 3000)))
          .isInstanceOf(DiskFullException.class);
      StoreFixture.fill(partial, Sample.of(50, 8192), 0, 1, 2, 3);
      fixture.disk.usableBytes = 8_000;
      fixture.put(Sample.of(51, 3000));
    }
  }
}
