package io.shoal.node.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class IntegrityCodecPropertiesTest {

  private static final int PIECE = 1024;
  private static final int MOST_PIECES = 200;

  @Property(tries = 300, seed = "11")
  void statesComeBackAsTheyWere(
      @ForAll HashAlgorithm algorithm,
      @ForAll @AlphaChars @StringLength(min = 1, max = 40) String key,
      @ForAll @LongRange(min = 0) long epoch,
      @ForAll @NotEmpty @Size(max = 64) Set<@IntRange(max = MOST_PIECES - 2) Integer> pieces,
      @ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    List<StateEntry> entries =
        new TreeSet<>(pieces)
            .stream().map(piece -> new StateEntry(piece, state(algorithm, random))).toList();
    SignedStates states =
        new SignedStates(
            key, digest(algorithm, random), epoch, layout(MOST_PIECES), entries, signature(random));

    byte[] bytes = IntegrityCodec.toBytes(states);
    assertThat(IntegrityCodec.readStates(ByteBuffer.wrap(bytes))).isEqualTo(states);
  }

  @Property(tries = 300, seed = "13")
  void aMetainfoComesBackAsItWas(
      @ForAll HashAlgorithm algorithm,
      @ForAll @LongRange(min = 0) long epoch,
      @ForAll @IntRange(min = 1, max = MOST_PIECES) int pieces,
      @ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    List<HashState> states =
        IntStream.range(1, pieces).mapToObj(_ -> state(algorithm, random)).toList();
    SignedFinal whole =
        new SignedFinal(
            "key", digest(algorithm, random), epoch, layout(pieces), states, signature(random));

    byte[] bytes = IntegrityCodec.toBytes(whole);
    assertThat(IntegrityCodec.readFinal(ByteBuffer.wrap(bytes))).isEqualTo(whole);
  }

  @Property(tries = 1000, seed = "17")
  void changedBytesAreRefusedOrReadAsWhatTheySay(
      @ForAll long seed, @ForAll @IntRange(max = 300) int at, @ForAll byte value) {
    Random random = new Random(seed);
    List<HashState> states =
        IntStream.range(1, 6).mapToObj(_ -> state(HashAlgorithm.SHA256, random)).toList();
    Digest digest = digest(HashAlgorithm.SHA256, random);
    byte[] bytes =
        IntegrityCodec.toBytes(
            new SignedFinal("key", digest, 1, layout(6), states, signature(random)));
    bytes[at % bytes.length] = value;
    try {
      SignedFinal read = IntegrityCodec.readFinal(ByteBuffer.wrap(bytes));
      assertThat(IntegrityCodec.toBytes(read)).isEqualTo(bytes);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageMatching(".+");
    }
  }

  private static PieceLayout layout(int pieces) {
    return new PieceLayout((long) pieces * PIECE, PIECE);
  }

  private static Digest digest(HashAlgorithm algorithm, Random random) {
    return Digest.of(algorithm, bytes(algorithm.digestBytes(), random));
  }

  private static HashState state(HashAlgorithm algorithm, Random random) {
    return HashState.of(bytes(algorithm.stateBytes(), random));
  }

  private static Signature signature(Random random) {
    return Signature.of(bytes(Signature.BYTES, random));
  }

  private static byte[] bytes(int length, Random random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
