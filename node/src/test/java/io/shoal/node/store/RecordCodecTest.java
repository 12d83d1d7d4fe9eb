package io.shoal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.node.codec.MalformedException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RecordCodecTest {

  private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});

  private static final RecordCodec.BlobRecord BLOB =
      new RecordCodec.BlobRecord(5L << 30, 1_700_000_000_000L, Optional.of("text/plain"));
  private static final RecordCodec.PartialRecord PARTIAL =
      new RecordCodec.PartialRecord(
          new PieceLayout(10_000, 1024), 17, true, StoreFixture.bits(10, 0, 7, 9));
  private static final ResolvedTag TAG = new ResolvedTag(DIGEST, Instant.ofEpochMilli(123_456));

  @Test
  void readsWhatItWrote() throws Exception {
    assertThat(RecordCodec.blob(RecordCodec.toBytes(BLOB))).isEqualTo(BLOB);
    assertThat(RecordCodec.partial(RecordCodec.toBytes(PARTIAL))).isEqualTo(PARTIAL);
    assertThat(RecordCodec.tag(RecordCodec.toBytes(TAG))).isEqualTo(TAG);
    assertThat(RecordCodec.pin(RecordCodec.pin(99))).isEqualTo(99);
    assertThat(RecordCodec.digestOf(RecordCodec.key(DIGEST))).isEqualTo(DIGEST);
  }

  @Test
  void tagsWhoseNamesRunTogetherHaveDifferentKeys() {
    assertThat(RecordCodec.key(new TagKey("a", "bc", "d")))
        .isNotEqualTo(RecordCodec.key(new TagKey("ab", "c", "d")));
  }

  @Test
  void refusesOtherVersionsCutsAndExtraBytes() {
    for (byte[] good :
        List.of(
            RecordCodec.toBytes(BLOB),
            RecordCodec.toBytes(PARTIAL),
            RecordCodec.toBytes(TAG),
            RecordCodec.pin(1))) {
      byte[] newer = good.clone();
      newer[0] = 2;
      for (byte[] bad :
          List.of(
              newer,
              new byte[0],
              Arrays.copyOf(good, good.length - 1),
              Arrays.copyOf(good, good.length + 1))) {
        for (ThrowingCallable read :
            List.<ThrowingCallable>of(
                () -> RecordCodec.blob(bad),
                () -> RecordCodec.partial(bad),
                () -> RecordCodec.tag(bad),
                () -> RecordCodec.pin(bad))) {
          assertThatThrownBy(read).isInstanceOf(MalformedException.class);
        }
      }
    }
  }
}
