package io.shoal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.node.store.StoreFixture.Sample;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {

  private final Sample sample = Sample.of(1, 10 * StoreFixture.PIECE + 7);

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
  void findsWhatWasPutAlsoAfterARestart() throws Exception {
    fixture.put(sample);
    fixture.reopenCleanly();
    try (StoredBlob blob = fixture.store.find(sample.digest()).orElseThrow()) {
      assertThat(blob.readAll()).isEqualTo(sample.bytes());
      assertThat(blob.blobBytes()).isEqualTo(sample.bytes().length);
      assertThat(blob.mediaType()).isEmpty();
    }
    assertThat(fixture.store.blobs())
        .isEqualTo(Map.of(sample.digest(), (long) sample.bytes().length));
  }

  @Test
  void keepsTheMediaTypeOfAManifestWhicheverWayItCame() throws Exception {
    fixture.put(sample);
    String type = "application/vnd.oci.image.manifest.v1+json";
    fixture.store.putManifest(sample.digest(), type, sample.bytes()).close();
    Sample other = Sample.of(2, 100);
    fixture.store.putManifest(other.digest(), type, other.bytes()).close();
    fixture.reopenCleanly();
    for (Digest digest : new Digest[] {sample.digest(), other.digest()}) {
      try (StoredBlob blob = fixture.store.find(digest).orElseThrow()) {
        assertThat(blob.mediaType()).contains(type);
      }
    }
  }

  @Test
  void refusesBytesThatAreNotTheDigests() {
    assertThatThrownBy(() -> fixture.store.put(sample.digest(), new byte[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(fixture.has(sample)).isFalse();
  }

  @Test
  void putsSha512AndEmptyBlobs() throws Exception {
    byte[] hash = HashAlgorithm.SHA512.newMessageDigest().digest(sample.bytes());
    Digest sha512 = Digest.of(HashAlgorithm.SHA512, hash);
    fixture.store.put(sha512, sample.bytes()).close();
    Digest empty = Digest.sha256Of(new byte[0]);
    fixture.store.put(empty, new byte[0]).close();
    fixture.reopenAfterKill();
    assertThat(fixture.store.blobs()).containsOnlyKeys(sha512, empty);
  }

  @Test
  void aSecondOwnerOfTheFolderIsToldWhoTheFirstIs() {
    assertThatThrownBy(
            () -> BlobStore.open(fixture.dir(), fixture.limits, new SimpleMeterRegistry()))
        .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
  }

  @Test
  void commitsWhatSeveralThreadsWrote() throws Exception {
    PartialBlob partial = fixture.openPartial(sample);
    try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
      for (int piece = 0; piece < sample.layout().pieceCount(); piece++) {
        int mine = piece;
        workers.submit(() -> {
          StoreFixture.fill(partial, sample, mine);
          return null;
        });
      }
    }
    assertThat(partial.attestedPieces().isFull()).isTrue();
    try (StoredBlob blob = partial.commit(Optional.empty())) {
      assertThat(blob.readAll()).isEqualTo(sample.bytes());
      ByteBuffer read = ByteBuffer.allocate(sample.bytes().length);
      partial.channel().read(read, 0);
      assertThat(read.array()).as("through the old channel").isEqualTo(sample.bytes());
    }
    partial.close();
    assertThat(fixture.store.partials()).isEmpty();
    fixture.reopenAfterKill();
    assertThat(fixture.has(sample)).isTrue();
  }

  @Test
  void anIncompleteBlobIsNotCommittedAndNotFound() throws Exception {
    try (PartialBlob partial = fixture.openPartial(sample)) {
      StoreFixture.fill(partial, sample, 0, 1, 2);
      assertThatThrownBy(() -> partial.commit(Optional.empty()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("3/11");
    }
    assertThat(fixture.has(sample)).isFalse();
  }

  @Test
  void anEmptyPartialBlobIsCommittedOnlyUnderItsOwnDigest() throws Exception {
    PieceLayout empty = new PieceLayout(0, StoreFixture.PIECE);
    Sample nothing = Sample.of(1, 0);
    try (PartialBlob partial = fixture.store.openPartial(nothing.digest(), empty)) {
      partial.commit(Optional.empty()).close();
    }
    assertThat(fixture.has(nothing)).isTrue();
    try (PartialBlob partial = fixture.store.openPartial(sample.digest(), empty)) {
      assertThatThrownBy(() -> partial.commit(Optional.empty()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void writesStayInsideTheBlob() throws Exception {
    try (PartialBlob partial = fixture.openPartial(sample)) {
      long end = sample.bytes().length;
      assertThatThrownBy(() -> partial.write(end - 1, ByteBuffer.allocate(2)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> partial.write(-1, ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> partial.write(Long.MAX_VALUE, ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void writesTheRemainingBytesOfAnyBuffer() throws Exception {
    try (PartialBlob partial = fixture.openPartial(sample)) {
      ByteBuffer direct = ByteBuffer.allocateDirect(100).put(sample.bytes(), 500, 100).flip();
      direct.position(30);
      partial.write(530, direct);
      assertThat(direct.hasRemaining()).isFalse();
      ByteBuffer read = ByteBuffer.allocate(70);
      partial.channel().read(read, 530);
      assertThat(read).isEqualTo(ByteBuffer.wrap(sample.bytes(), 530, 70).position(600));
    }
  }

  @Test
  void onePartialBlobIsOpenOnceAtATime() throws Exception {
    PartialBlob partial = fixture.openPartial(sample);
    assertThatThrownBy(() -> fixture.openPartial(sample)).isInstanceOf(IllegalStateException.class);
    partial.close();
    fixture.openPartial(sample).close();
  }

  @Test
  void aPartialBlobOfAnotherLayoutStartsAnew() throws Exception {
    try (PartialBlob partial = fixture.openPartial(sample)) {
      StoreFixture.fill(partial, sample, 0, 1);
    }
    PieceLayout other = new PieceLayout(sample.bytes().length, 2 * StoreFixture.PIECE);
    try (PartialBlob partial = fixture.store.openPartial(sample.digest(), other)) {
      assertThat(partial.trusted().isEmpty()).isTrue();
      assertThat(partial.unproven().isEmpty()).isTrue();
    }
    assertThat(fixture.store.partials()).isEqualTo(Map.of(sample.digest(), other));
  }

  @Test
  void aDiscardedPartialBlobLeavesNothing() throws Exception {
    PartialBlob partial = fixture.openPartial(sample);
    StoreFixture.fill(partial, sample, 0);
    partial.discard();
    assertThat(fixture.partialFile(sample.digest())).doesNotExist();
    assertThat(fixture.store.usage().partialBytes()).isZero();
    fixture.reopenCleanly();
    try (PartialBlob again = fixture.openPartial(sample)) {
      assertThat(again.trusted().isEmpty()).isTrue();
    }
  }

  @Test
  void remembersTagsUntilNobodyChecksThem() throws Exception {
    TagKey key = new TagKey("docker.io", "library/alpine", "3");
    assertThat(fixture.store.tag(key)).isEmpty();
    ResolvedTag resolved = new ResolvedTag(sample.digest(), fixture.clock.instant());
    fixture.store.putTag(key, resolved);
    fixture.reopenCleanly();
    assertThat(fixture.store.tag(key)).contains(resolved);
    assertThat(fixture.store.tag(new TagKey("docker.io", "library/alpine", "31"))).isEmpty();
    fixture.clock.advance(Duration.ofDays(31));
    fixture.store.sweep();
    assertThat(fixture.store.tag(key)).isEmpty();
  }

  @Test
  void aClosedStoreSaysSo() throws Exception {
    fixture.store.close();
    assertThatThrownBy(() -> fixture.put(sample)).hasMessageContaining("is closed");
  }
}
