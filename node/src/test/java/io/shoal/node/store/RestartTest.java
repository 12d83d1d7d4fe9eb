package io.shoal.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.OriginKey;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.store.StoreFixture.Sample;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after a clean end, a kill, and every state a crash may leave behind. */
class RestartTest {

  private final Sample sample = Sample.of(1, 5 * StoreFixture.PIECE);
  private final OriginSigner signer = new OriginSigner(OriginKey.generate());

  @TempDir Path root;
  private StoreFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new StoreFixture(root, StoreFixture.quota(1_000_000));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void trustsAttestedPiecesAfterACleanEnd() throws Exception {
    PartialBlob partial = fixture.openPartial(sample);
    StoreFixture.fill(partial, sample, 0, 3);
    fixture.reopenCleanly();
    try (PartialBlob again = fixture.openPartial(sample)) {
      assertThat(again.trusted()).isEqualTo(StoreFixture.bits(5, 0, 3));
      assertThat(again.attestedPieces()).isEqualTo(again.trusted());
      assertThat(again.unproven().isEmpty()).isTrue();
      StoreFixture.fill(again, sample, 1, 2, 4);
      try (StoredBlob blob = again.commit(Optional.empty())) {
        assertThat(blob.readAll()).isEqualTo(sample.bytes());
      }
    }
  }

  @Test
  void afterAKillEverySlotIsToBeChecked() throws Exception {
    PartialBlob partial = fixture.openPartial(sample);
    StoreFixture.fill(partial, sample, 0, 3);
    fixture.store.flush();
    fixture.reopenAfterKill();
    try (PartialBlob again = fixture.openPartial(sample)) {
      assertThat(again.trusted().isEmpty()).isTrue();
      assertThat(again.unproven()).isEqualTo(Bitfield.full(5));
      again.attested(3);
    }
    fixture.reopenCleanly();
    try (PartialBlob again = fixture.openPartial(sample)) {
      assertThat(again.trusted()).isEqualTo(StoreFixture.bits(5, 3));
      assertThat(again.unproven())
          .as("not looked at yet")
          .isEqualTo(StoreFixture.bits(5, 0, 1, 2, 4));
    }
  }

  @Test
  void aKillBeforeTheNextOpeningIsNoticedToo() throws Exception {
    try (PartialBlob partial = fixture.openPartial(sample)) {
      StoreFixture.fill(partial, sample, 0);
    }
    fixture.reopenCleanly();
    fixture.reopenAfterKill();
    try (PartialBlob again = fixture.openPartial(sample)) {
      assertThat(again.trusted().isEmpty()).isTrue();
      assertThat(again.unproven()).isEqualTo(Bitfield.full(5));
    }
  }

  @Test
  void keepsSignedStatesUntilTheMetainfoReplacesThem() throws Exception {
    HashState state = HashState.of(new byte[32]);
    SignedStates first =
        signer.sign(sample.digest(), 7, sample.layout(), List.of(new StateEntry(0, state)));
    SignedStates second =
        signer.sign(sample.digest(), 7, sample.layout(), List.of(new StateEntry(3, state)));
    PartialBlob partial = fixture.openPartial(sample);
    partial.saveStates(first);
    partial.saveStates(second);
    partial.saveStates(first);
    fixture.reopenAfterKill();
    SignedFinal metaInfo =
        signer.signFinal(sample.digest(), 7, sample.layout(), Collections.nCopies(4, state));
    try (PartialBlob again = fixture.openPartial(sample)) {
      assertThat(again.states()).containsExactlyInAnyOrder(first, second);
      assertThat(again.metaInfo()).isEmpty();
      again.saveFinal(metaInfo);
      assertThat(again.states()).isEmpty();
      StoreFixture.fillAll(again, sample);
      again.commit(Optional.empty()).close();
    }
    fixture.reopenAfterKill();
    try (StoredBlob blob = fixture.store.find(sample.digest()).orElseThrow()) {
      assertThat(blob.metaInfo()).contains(metaInfo);
    }
  }

  @Test
  void aMetainfoMayComeWithOrAfterTheCommit() throws Exception {
    SignedFinal metaInfo =
        signer.signFinal(
            sample.digest(),
            7,
            sample.layout(),
            Collections.nCopies(4, HashState.of(new byte[32])));
    fixture.store.saveFinal(metaInfo);
    fixture.put(sample);
    try (StoredBlob blob = fixture.store.find(sample.digest()).orElseThrow()) {
      assertThat(blob.metaInfo()).as("of a blob that was not here").isEmpty();
      fixture.store.saveFinal(metaInfo);
      assertThat(blob.metaInfo()).contains(metaInfo);
    }
    Sample other = Sample.of(2, 100);
    SignedFinal otherInfo = signer.signFinal(other.digest(), 7, other.layout(), List.of());
    try (PartialBlob partial = fixture.openPartial(other)) {
      StoreFixture.fillAll(partial, other);
      try (StoredBlob blob = partial.commit(Optional.of(otherInfo))) {
        assertThat(blob.metaInfo()).contains(otherInfo);
      }
    }
  }

  @Test
  void aCommitThatDiedBeforeTheMoveIsFinished() throws Exception {
    try (PartialBlob partial = fixture.openPartial(sample)) {
      StoreFixture.fillAll(partial, sample);
      partial.commit(Optional.empty()).close();
    }
    fixture.store.close();
    Files.move(fixture.blobFile(sample.digest()), fixture.partialFile(sample.digest()));
    Files.delete(fixture.blobFile(sample.digest()).getParent());
    fixture.reopenCleanly();
    try (StoredBlob blob = fixture.store.find(sample.digest()).orElseThrow()) {
      assertThat(blob.readAll()).isEqualTo(sample.bytes());
    }
    assertThat(fixture.partialFile(sample.digest())).doesNotExist();
  }

  @Test
  void aPartialFileIsNeverTakenForALostBlob() throws Exception {
    fixture.put(sample);
    fixture.openPartial(sample);
    fixture.reopenAfterKill();
    fixture.store.close();
    Files.delete(fixture.blobFile(sample.digest()));
    fixture.reopenCleanly();
    assertThat(fixture.has(sample)).isFalse();
    assertThat(fixture.store.partials()).containsKey(sample.digest());
  }

  @Test
  void filesWithoutARecordAreDeleted() throws Exception {
    fixture.put(sample);
    fixture.store.close();
    Sample stranger = Sample.of(2, 100);
    Path blob = fixture.blobFile(stranger.digest());
    Files.createDirectories(blob.getParent());
    Files.write(blob, stranger.bytes());
    Path misplaced = blob.resolveSibling(sample.digest().hex());
    Files.write(misplaced, sample.bytes());
    Path partial = fixture.partialFile(stranger.digest());
    Files.write(partial, stranger.bytes());
    Path temporary = Files.write(partial.resolveSibling("abc-1.tmp"), new byte[1]);
    fixture.reopenCleanly();
    assertThat(fixture.store.blobs()).containsOnlyKeys(sample.digest());
    assertThat(Stream.of(blob, misplaced, partial, temporary)).noneMatch(Files::exists);
  }

  @Test
  void recordsWhoseFileIsGoneOrShorterAreDropped() throws Exception {
    Sample shorter = Sample.of(2, 100);
    Sample partialGone = Sample.of(3, 100);
    Sample partialShorter = Sample.of(4, 100);
    fixture.put(sample);
    fixture.put(shorter);
    fixture.openPartial(partialGone).close();
    fixture.openPartial(partialShorter).close();
    fixture.store.close();
    Files.delete(fixture.blobFile(sample.digest()));
    Files.write(fixture.blobFile(shorter.digest()), new byte[99]);
    Files.delete(fixture.partialFile(partialGone.digest()));
    Files.write(fixture.partialFile(partialShorter.digest()), new byte[99]);
    fixture.reopenCleanly();
    assertThat(fixture.store.blobs()).isEmpty();
    assertThat(fixture.store.partials()).isEmpty();
    assertThat(fixture.blobFile(shorter.digest())).doesNotExist();
    fixture.put(sample);
    assertThat(fixture.has(sample)).isTrue();
  }

  @Test
  void aBlobDeletedBehindItsBackIsNotFoundAndCanComeAgain() throws Exception {
    fixture.put(sample);
    Files.delete(fixture.blobFile(sample.digest()));
    assertThat(fixture.has(sample)).isFalse();
    assertThat(fixture.store.usage().blobBytes()).isZero();
    fixture.put(sample);
    assertThat(fixture.has(sample)).isTrue();
  }

  @Test
  void damagedRecordsMeanAnEmptyStoreNotABrokenOne() throws Exception {
    fixture.put(sample);
    fixture.store.close();
    Files.write(
        fixture.dir().resolve("db/CURRENT"), "nonsense".getBytes(StandardCharsets.US_ASCII));
    fixture.reopenCleanly();
    assertThat(fixture.store.blobs()).isEmpty();
    fixture.put(sample);
    assertThat(fixture.has(sample)).isTrue();
  }
}
