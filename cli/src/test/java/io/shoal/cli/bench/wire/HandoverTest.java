package io.shoal.cli.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverTest {

  private static final int ROUNDS = 2;
  private static final int PIECES = 8;

  @TempDir Path folder;

  @Test
  void measuresEveryPieceThatAReaderWaitsFor() throws Exception {
    List<Long> nanos = Handover.measure(folder, (long) PIECES * Sender.BLOCK_BYTES, ROUNDS);

    // The first one of a blob is always waited for, the others if the reader is quick enough.
    assertThat(nanos).hasSizeBetween(ROUNDS, ROUNDS * PIECES).allMatch(delay -> delay > 0);
  }
}
