package io.shoal.node.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.OriginKey;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.integrity.TrustedOrigins;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IntegrityCodecTest {

  private static final PieceLayout LAYOUT = new PieceLayout(10 * 1024 + 1, 1024);

  private final OriginSigner signer = new OriginSigner(OriginKey.generate());
  private final Random random = new Random(3);

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void readsWhatItWroteAndTheSignatureStillHolds(HashAlgorithm algorithm) throws Exception {
    TrustedOrigins trusted = new TrustedOrigins(List.of(signer.publicKey()));
    SignedStates states = states(algorithm);
    SignedStates statesAgain = IntegrityCodec.readStates(wrap(IntegrityCodec.toBytes(states)));
    assertThat(statesAgain).isEqualTo(states);
    assertThat(trusted.accepts(statesAgain)).isTrue();

    SignedFinal metaInfo = metaInfo(algorithm, LAYOUT);
    SignedFinal metaInfoAgain = IntegrityCodec.readFinal(wrap(IntegrityCodec.toBytes(metaInfo)));
    assertThat(metaInfoAgain).isEqualTo(metaInfo);
    assertThat(trusted.accepts(metaInfoAgain)).isTrue();
  }

  @Test
  void anEmptyBlobHasAMetainfoToo() throws Exception {
    SignedFinal metaInfo = metaInfo(HashAlgorithm.SHA256, new PieceLayout(0, 1024));
    assertThat(IntegrityCodec.readFinal(wrap(IntegrityCodec.toBytes(metaInfo))))
        .isEqualTo(metaInfo);
  }

  @Test
  void refusesEveryCutAndEveryExtraByte() {
    byte[] states = IntegrityCodec.toBytes(states(HashAlgorithm.SHA256));
    byte[] metaInfo = IntegrityCodec.toBytes(metaInfo(HashAlgorithm.SHA256, LAYOUT));
    for (int length = 0; length < states.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(states, 0, length);
      assertThatThrownBy(() -> IntegrityCodec.readStates(cut))
          .isInstanceOf(MalformedException.class);
    }
    for (int length = 0; length < metaInfo.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(metaInfo, 0, length);
      assertThatThrownBy(() -> IntegrityCodec.readFinal(cut))
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(
            () -> IntegrityCodec.readStates(wrap(Arrays.copyOf(states, states.length + 1))))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void arbitraryBytesAreEitherReadOrMalformed() {
    byte[] good = IntegrityCodec.toBytes(states(HashAlgorithm.SHA512));
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        IntegrityCodec.readStates(wrap(bad));
      } catch (MalformedException expected) {
        assertThat(expected).hasMessageMatching(".+");
      }
    }
  }

  @Test
  void aHugeCountAllocatesNothing() {
    byte[] bytes = IntegrityCodec.toBytes(metaInfo(HashAlgorithm.SHA256, LAYOUT));
    int countAt = bytes.length - 64 - 10 * 32 - 4;
    ByteBuffer.wrap(bytes).putInt(countAt, Integer.MAX_VALUE);
    assertThatThrownBy(() -> IntegrityCodec.readFinal(wrap(bytes)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("items announced");
  }

  private SignedStates states(HashAlgorithm algorithm) {
    List<StateEntry> entries = new ArrayList<>();
    for (int piece : new int[] {0, 2, 3, 9}) {
      entries.add(new StateEntry(piece, randomState(algorithm)));
    }
    return signer.sign(digest(algorithm), 42, LAYOUT, entries);
  }

  private SignedFinal metaInfo(HashAlgorithm algorithm, PieceLayout layout) {
    List<HashState> states = new ArrayList<>();
    for (int piece = 0; piece < layout.pieceCount() - 1; piece++) {
      states.add(randomState(algorithm));
    }
    return signer.signFinal(digest(algorithm), 42, layout, states);
  }

  private HashState randomState(HashAlgorithm algorithm) {
    byte[] state = new byte[algorithm.stateBytes()];
    random.nextBytes(state);
    return HashState.of(state);
  }

  private static Digest digest(HashAlgorithm algorithm) {
    return Digest.of(algorithm, algorithm.newMessageDigest().digest(new byte[] {1}));
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes);
  }
}
