package io.shoal.node.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PieceCheckTest {

  private static final int PIECE = 1024;

  private final Random random = new Random(11);

  /** A blob with everything an origin would know about it. */
  private record Sample(byte[] bytes, Digest digest, PieceLayout layout, KnownStates states) {

    static Sample of(HashAlgorithm algorithm, byte[] bytes, int pieceBytes) {
      Digest digest = Digest.of(algorithm, algorithm.newMessageDigest().digest(bytes));
      PieceLayout layout = new PieceLayout(bytes.length, pieceBytes);
      KnownStates states = new KnownStates(digest, layout);
      StateHasher hasher = StateHasher.start(algorithm);
      for (int piece = 0; piece < layout.pieceCount() - 1; piece++) {
        hasher.update(ByteBuffer.wrap(bytes, piece * pieceBytes, pieceBytes));
        assertThat(states.add(piece, hasher.state())).isTrue();
      }
      return new Sample(bytes, digest, layout, states);
    }

    boolean passes(int piece) {
      PieceCheck check = states.check(piece).orElseThrow();
      int from = (int) layout.pieceOffset(piece);
      int length = layout.pieceLength(piece);
      int first = length / 3;
      check.update(ByteBuffer.wrap(bytes, from, first));
      check.update(ByteBuffer.wrap(bytes, from + first, length - first));
      return check.passes();
    }
  }

  private Sample sample(HashAlgorithm algorithm, int blobBytes, int pieceBytes) {
    byte[] bytes = new byte[blobBytes];
    random.nextBytes(bytes);
    return Sample.of(algorithm, bytes, pieceBytes);
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void piecesOfAnyBlobPassInAnyOrder(HashAlgorithm algorithm) {
    for (int round = 0; round < 60; round++) {
      Sample sample = sample(algorithm, 1 + random.nextInt(20_000), 128 * (1 + random.nextInt(20)));
      List<Integer> order =
          new ArrayList<>(IntStream.range(0, sample.layout.pieceCount()).boxed().toList());
      Collections.shuffle(order, random);
      assertThat(order).allMatch(sample::passes);
    }
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void oneFlippedBitFailsItsPieceAndNoOther(HashAlgorithm algorithm) {
    for (int blobBytes : new int[] {5 * PIECE, 5 * PIECE + 1, 5 * PIECE - 1}) {
      Sample sample = sample(algorithm, blobBytes, PIECE);
      for (int round = 0; round < 50; round++) {
        int at = random.nextInt(blobBytes);
        byte bit = (byte) (1 << random.nextInt(8));
        sample.bytes[at] ^= bit;
        for (int piece = 0; piece < sample.layout.pieceCount(); piece++) {
          assertThat(sample.passes(piece)).isEqualTo(piece != sample.layout.pieceAt(at));
        }
        sample.bytes[at] ^= bit;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void aBlobOfOnePieceNeedsNoState(HashAlgorithm algorithm) {
    for (int blobBytes : new int[] {1, 127, 128, PIECE - 1, PIECE}) {
      Sample sample = sample(algorithm, blobBytes, PIECE);
      assertThat(sample.layout.pieceCount()).isEqualTo(1);
      assertThat(sample.passes(0)).isTrue();
    }
  }

  @Test
  void anEmptyBlobHasNoPieceToCheck() {
    Sample sample = sample(HashAlgorithm.SHA256, 0, PIECE);
    assertThatThrownBy(() -> sample.states.check(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anUnfinishedPieceDoesNotPassAndALongerOneIsRefused() {
    Sample sample = sample(HashAlgorithm.SHA256, 3 * PIECE, PIECE);
    PieceCheck check = sample.states.check(1).orElseThrow();
    check.update(ByteBuffer.wrap(sample.bytes, PIECE, PIECE - 1));
    assertThat(check.missingBytes()).isEqualTo(1);
    assertThat(check.passes()).isFalse();
    assertThatThrownBy(() -> check.update(ByteBuffer.allocate(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPieceWaitsForTheStatesOnBothItsSides() {
    Sample sample = sample(HashAlgorithm.SHA256, 4 * PIECE, PIECE);
    KnownStates states = new KnownStates(sample.digest, sample.layout);
    assertThat(IntStream.range(0, 4).filter(states::canCheck)).isEmpty();
    states.add(1, sample.states.after(1).orElseThrow());
    assertThat(states.check(1)).isEmpty();
    states.add(2, sample.states.after(2).orElseThrow());
    assertThat(IntStream.range(0, 4).filter(states::canCheck)).containsExactly(2, 3);
  }

  @Test
  void theFirstStateOfAPieceStaysAndAnotherIsReported() {
    Sample sample = sample(HashAlgorithm.SHA256, 4 * PIECE, PIECE);
    HashState right = sample.states.after(1).orElseThrow();
    HashState wrong = HashState.of(new byte[32]);
    assertThat(sample.states.add(1, right)).isTrue();
    assertThat(sample.states.add(1, wrong)).isFalse();
    assertThat(sample.states.after(1)).contains(right);
    assertThatThrownBy(() -> sample.states.add(1, HashState.of(new byte[64])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWrongStateFailsTheChainAtTheLatestAtTheDigest() {
    Sample sample = sample(HashAlgorithm.SHA256, 2 * PIECE, PIECE);
    KnownStates lied = new KnownStates(sample.digest, sample.layout);
    byte[] forged = new byte[PIECE];
    StateHasher hasher = StateHasher.start(HashAlgorithm.SHA256);
    hasher.update(ByteBuffer.wrap(forged));
    lied.add(0, hasher.state());
    PieceCheck last = lied.check(1).orElseThrow();
    last.update(ByteBuffer.wrap(sample.bytes, PIECE, PIECE));
    assertThat(last.passes()).isFalse();
  }
}
