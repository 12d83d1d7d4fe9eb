package io.shoal.node.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import org.junit.jupiter.api.Test;

class ServableTest {

  private static final PieceLayout LAYOUT = PieceLayout.forBlob(3_000_000);
  private static final int PIECE = LAYOUT.pieceBytes();
  private static final int LAST = LAYOUT.pieceCount() - 1;
  private static final long LAST_OFFSET = LAYOUT.pieceOffset(LAST);

  private final Bitfield attested = new Bitfield(LAYOUT.pieceCount());

  private long runEnd(int provisional, boolean verified, long offset) {
    return Servable.runEnd(LAYOUT, attested, provisional, verified, offset);
  }

  @Test
  void endsBeforeTheFirstPieceThatIsMissing() {
    assertThat(runEnd(0, false, 0)).isZero();
    attested.set(0);
    attested.set(1);
    attested.set(3);
    assertThat(runEnd(0, false, 5)).isEqualTo(2L * PIECE);
    assertThat(runEnd(3, false, 5)).isEqualTo(4L * PIECE);
  }

  @Test
  void holdsTheLastExtentBackUntilTheDigestHasMatched() {
    assertThat(runEnd(LAYOUT.pieceCount(), false, 0)).isEqualTo(LAST_OFFSET);
    assertThat(runEnd(LAYOUT.pieceCount(), true, 0)).isEqualTo(LAYOUT.blobBytes());
  }

  @Test
  void letsAReaderHaveTheEndIfItMatchedTheDigest() {
    attested.set(LAST);
    assertThat(runEnd(0, false, LAST_OFFSET)).isEqualTo(LAYOUT.blobBytes());
    assertThat(runEnd(0, false, LAST_OFFSET - 1)).isEqualTo(LAST_OFFSET - PIECE);
  }

  @Test
  void keepsTheEndFromReadersOfBytesThatNobodySigned() {
    attested.set(LAST);
    assertThat(runEnd(LAST, false, 0)).isEqualTo(LAST_OFFSET);
    for (int piece = 0; piece < LAST; piece++) {
      attested.set(piece);
    }
    assertThat(runEnd(LAST, false, 0)).isEqualTo(LAYOUT.blobBytes());
  }
}
