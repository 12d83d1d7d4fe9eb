package io.shoal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.shoal.node.store.StoreFixture.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store of 10 000 bytes that evicts above 9 000 down to 5 000. */
class StoreCareTest {

  private static final Sample ONE = Sample.of(1, 3000);
  private static final Sample TWO = Sample.of(2, 3000);
  private static final Sample PART = Sample.of(3, 2000);

  @TempDir private Path root;
  private StoreFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new StoreFixture(root, StoreFixture.quota(10_000));
    fixture.put(ONE);
    fixture.clock.advance(Duration.ofSeconds(1));
    fixture.put(TWO);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void listsWhatIsHereTheMostRecentlyUsedFirst() throws Exception {
    fixture.clock.advance(Duration.ofSeconds(1));
    try (PartialBlob partial = fixture.openPartial(PART)) {
      StoreFixture.fill(partial, PART, 0);
      fixture.store.pin(ONE.digest(), Duration.ofHours(1));

      assertThat(fixture.store.care().entries())
          .extracting(StoreEntry::digest, StoreEntry::partial, StoreEntry::inUse)
          .containsExactly(
              tuple(PART.digest(), true, true),
              tuple(TWO.digest(), false, false),
              tuple(ONE.digest(), false, false));
      assertThat(fixture.store.care().entries().getFirst().writtenBytes()).isEqualTo(1024);
      assertThat(fixture.store.care().entries().getLast().pinnedUntil())
          .contains(fixture.clock.instant().plus(Duration.ofHours(1)));
    }
  }

  @Test
  void deletesOnlyWhatNobodyUsesAndNoPinKeeps() throws Exception {
    StoreCare care = fixture.store.care();
    try (StoredBlob leased = fixture.store.find(ONE.digest()).orElseThrow()) {
      assertThat(care.delete(leased.digest())).isEqualTo(Deletion.IN_USE);
    }
    fixture.store.pin(ONE.digest(), Duration.ofHours(1));
    assertThat(care.delete(ONE.digest())).isEqualTo(Deletion.PINNED);
    fixture.clock.advance(Duration.ofHours(1));
    assertThat(care.delete(ONE.digest())).isEqualTo(Deletion.DELETED);
    assertThat(care.delete(ONE.digest())).isEqualTo(Deletion.ABSENT);

    assertThat(fixture.evicted).containsExactly(ONE.digest());
    assertThat(fixture.blobFile(ONE.digest())).doesNotExist();
    assertThat(fixture.has(TWO)).isTrue();
  }

  @Test
  void deletesAPartialBlobThatIsNotOpen() throws Exception {
    StoreCare care = fixture.store.care();
    try (PartialBlob partial = fixture.openPartial(PART)) {
      assertThat(care.delete(PART.digest())).isEqualTo(Deletion.IN_USE);
      StoreFixture.fill(partial, PART, 0);
    }
    assertThat(care.delete(PART.digest())).isEqualTo(Deletion.DELETED);
    assertThat(fixture.partialFile(PART.digest())).doesNotExist();
  }

  @Test
  void dropsABlobWhoseBytesHaveChangedAndKeepsTheOthers() throws Exception {
    byte[] bad = ONE.bytes().clone();
    bad[2999] ^= 1;
    Files.write(fixture.blobFile(ONE.digest()), bad);
    StoreCare care = fixture.store.care();

    assertThat(care.verify(ONE.digest())).isEqualTo(Verdict.DROPPED);
    assertThat(care.verify(TWO.digest())).isEqualTo(Verdict.GOOD);
    assertThat(care.verify(ONE.digest())).isEqualTo(Verdict.ABSENT);

    assertThat(fixture.evicted).containsExactly(ONE.digest());
    assertThat(fixture.blobFile(ONE.digest())).doesNotExist();
  }

  @Test
  void dropsABlobWhoseFileIsCutShort() throws Exception {
    Files.write(fixture.blobFile(ONE.digest()), new byte[10]);

    assertThat(fixture.store.care().verify(ONE.digest())).isEqualTo(Verdict.DROPPED);
    assertThat(fixture.evicted).containsExactly(ONE.digest());
  }

  @Test
  void verifyingIsNoUse() throws Exception {
    StoreCare care = fixture.store.care();
    fixture.clock.advance(Duration.ofHours(1));
    care.verify(ONE.digest());

    assertThat(care.reclaim()).isEqualTo(new Reclaimed(1, 0, 3000));
    assertThat(fixture.evicted).containsExactly(ONE.digest());
  }

  @Test
  void reclaimsDownToTheLowWatermarkAndWhatHasRunOut() throws Exception {
    fixture.openPartial(PART).close();
    fixture.clock.advance(Duration.ofHours(25));
    assertThat(fixture.store.find(TWO.digest())).hasValueSatisfying(StoredBlob::close);

    assertThat(fixture.store.care().reclaim()).isEqualTo(new Reclaimed(1, 1, 5000));
    assertThat(fixture.has(TWO)).isTrue();
    assertThat(fixture.store.care().reclaim()).isEqualTo(new Reclaimed(0, 0, 0));
  }
}
