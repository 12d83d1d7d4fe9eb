package io.shoal.origin.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FetchPlanTest {

  private static final long MIB = 1 << 20;

  private static List<PieceRange> all(FetchPlan plan) {
    List<PieceRange> ranges = new ArrayList<>();
    for (Optional<PieceRange> r = plan.next(); r.isPresent(); r = plan.next()) {
      ranges.add(r.get());
    }
    return ranges;
  }

  @Test
  void cutsTheBlobIntoRangesInIndexOrder() {
    PieceLayout layout = PieceLayout.forBlob(35 * MIB);
    FetchPlan plan = new FetchPlan(layout, new Bitfield(layout.pieceCount()), 8 * MIB);
    assertThat(all(plan))
        .containsExactly(
            new PieceRange(0, 8),
            new PieceRange(8, 16),
            new PieceRange(16, 24),
            new PieceRange(24, 32),
            new PieceRange(32, 35));
  }

  @Test
  void roundsRangesUpToWholePieces() {
    PieceLayout layout = PieceLayout.forBlob(20L << 30);
    FetchPlan plan = new FetchPlan(layout, new Bitfield(layout.pieceCount()), 8 * MIB);
    assertThat(plan.next()).contains(new PieceRange(0, 1));
  }

  @Test
  void leavesOutWhatIsThere() {
    PieceLayout layout = PieceLayout.forBlob(35 * MIB);
    Bitfield have = new Bitfield(layout.pieceCount());
    have.set(0);
    have.set(5);
    have.set(34);
    FetchPlan plan = new FetchPlan(layout, have, 8 * MIB);
    assertThat(all(plan))
        .containsExactly(
            new PieceRange(1, 5),
            new PieceRange(6, 14),
            new PieceRange(14, 22),
            new PieceRange(22, 30),
            new PieceRange(30, 34));
  }

  @Test
  void oneReaderReadsEverythingWhereRangeIsIgnored() {
    PieceLayout layout = PieceLayout.forBlob(35 * MIB);
    FetchPlan plan = new FetchPlan(layout, new Bitfield(layout.pieceCount()), 8 * MIB);
    Object one = new Object();
    Object other = new Object();
    assertThat(plan.readEverything(one)).isTrue();
    assertThat(plan.readEverything(other)).isFalse();
    assertThat(plan.takenOver(one)).isFalse();
    assertThat(plan.takenOver(other)).isTrue();
    assertThat(plan.next()).isEmpty();
  }
}
