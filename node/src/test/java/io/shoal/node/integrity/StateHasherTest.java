package io.shoal.node.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.integrity.HashState;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateHasherTest {

  private final Random random = new Random(7);

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void jdkDigestsAreOpenToTheTests(HashAlgorithm algorithm) {
    assertThat(StateHasher.fast()).isTrue();
    assertThat(StateHasher.start(algorithm)).isInstanceOf(JdkStateHasher.class);
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void bothImplementationsGoOnFromEachOthersStates(HashAlgorithm algorithm) {
    int block = StateHasher.blockBytes(algorithm);
    for (int round = 0; round < 200; round++) {
      byte[] blob = new byte[random.nextInt(40 * block)];
      random.nextBytes(blob);
      int cut = blob.length == 0 ? 0 : random.nextInt(blob.length) / block * block;
      StateHasher jdk = JdkStateHasher.fresh(algorithm);
      StateHasher bouncy = BouncyStateHasher.fresh(algorithm);
      jdk.update(slice(blob, 0, cut));
      bouncy.update(slice(blob, 0, cut));
      HashState state = jdk.state();
      assertThat(bouncy.state()).isEqualTo(state);

      StateHasher jdkAgain = JdkStateHasher.resume(algorithm, state, cut);
      StateHasher bouncyAgain = BouncyStateHasher.resume(algorithm, state, cut);
      assertThat(jdkAgain.state()).isEqualTo(state);
      assertThat(bouncyAgain.state()).isEqualTo(state);
      jdkAgain.update(slice(blob, cut, blob.length));
      bouncyAgain.update(slice(blob, cut, blob.length));

      byte[] expected = algorithm.newMessageDigest().digest(blob);
      assertThat(jdkAgain.finish()).isEqualTo(expected);
      assertThat(bouncyAgain.finish()).isEqualTo(expected);
    }
  }

  /** Code that runs often is compiled, and compiled digests keep their state differently. */
  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void statesStayRightWhenTheCodeIsHot(HashAlgorithm algorithm) {
    int block = StateHasher.blockBytes(algorithm);
    byte[] blob = new byte[8 * block];
    random.nextBytes(blob);
    HashState[] expected = new HashState[9];
    for (int blocks = 0; blocks <= 8; blocks++) {
      StateHasher bouncy = BouncyStateHasher.fresh(algorithm);
      bouncy.update(slice(blob, 0, blocks * block));
      expected[blocks] = bouncy.state();
    }
    for (int round = 0; round < 40_000; round++) {
      int blocks = round % 9;
      StateHasher jdk = JdkStateHasher.fresh(algorithm);
      jdk.update(slice(blob, 0, blocks * block));
      if (!jdk.state().equals(expected[blocks])) {
        throw new AssertionError("wrong state in round " + round + " after " + blocks + " blocks");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void offsetsBeyondFourGigabytesCount(HashAlgorithm algorithm) {
    HashState some = StateHasher.start(algorithm).state();
    long far = 5L << 30;
    StateHasher jdk = JdkStateHasher.resume(algorithm, some, far);
    StateHasher bouncy = BouncyStateHasher.resume(algorithm, some, far);
    StateHasher near = JdkStateHasher.resume(algorithm, some, 1 << 30);
    assertThat(jdk.finish()).isEqualTo(bouncy.finish()).isNotEqualTo(near.finish());
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void takesAnyKindOfBufferAndLeavesItAtItsLimit(HashAlgorithm algorithm) {
    byte[] blob = new byte[20_011];
    random.nextBytes(blob);
    byte[] expected = algorithm.newMessageDigest().digest(blob);
    ByteBuffer direct = ByteBuffer.allocateDirect(blob.length).put(blob).flip();
    byte[] larger = new byte[blob.length + 9];
    System.arraycopy(blob, 0, larger, 5, blob.length);
    ByteBuffer offset = ByteBuffer.wrap(larger, 3, larger.length - 3).slice();
    offset.position(2).limit(2 + blob.length);
    for (ByteBuffer buffer :
        new ByteBuffer[] {
          direct, offset, ByteBuffer.wrap(blob), ByteBuffer.wrap(blob).asReadOnlyBuffer()
        }) {
      StateHasher jdk = JdkStateHasher.fresh(algorithm);
      jdk.update(buffer.duplicate());
      StateHasher bouncy = BouncyStateHasher.fresh(algorithm);
      bouncy.update(buffer);
      assertThat(buffer.hasRemaining()).isFalse();
      assertThat(jdk.finish()).isEqualTo(expected);
      assertThat(bouncy.finish()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void hasNoStateInsideABlockOfTheHash(HashAlgorithm algorithm) {
    StateHasher hasher = StateHasher.start(algorithm);
    hasher.update(ByteBuffer.wrap(new byte[65]));
    assertThatThrownBy(hasher::state).isInstanceOf(IllegalStateException.class);
    HashState start = StateHasher.start(algorithm).state();
    assertThatThrownBy(() -> StateHasher.at(algorithm, start, 65))
        .isInstanceOf(IllegalStateException.class);
  }

  private static ByteBuffer slice(byte[] bytes, int from, int to) {
    return ByteBuffer.wrap(bytes, from, to - from);
  }
}
