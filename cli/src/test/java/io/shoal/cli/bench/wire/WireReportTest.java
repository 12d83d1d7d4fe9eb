package io.shoal.cli.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WireReportTest {

  private static final long BYTES = 2_000_000_000;

  @Test
  void targetsGrowWithTheBarePath() {
    WireReport slow = report(0.2, 2.0);

    assertThat(slow.senderTarget()).isEqualTo(0.35);
    assertThat(slow.receiverTarget()).isEqualTo(1.15 * 2.0);
    assertThat(slow.met()).isTrue();
    assertThat(report(0.2, 0.5).met()).isFalse();
  }

  @Test
  void tableAndJsonSayTheSame() {
    WireReport report = report(0.2, 2.0);

    assertThat(report.lines())
        .anySatisfy(line ->
            assertThat(line.split(" {2,}"))
                .containsExactly(
                    "whole node", "1.00", "0.30", "2.10", "0.50", "1.00", "16 MiB", "32 MiB"));
    assertThat(report.json()).contains("\"cpuSecondsPerGB\" : 2.1", "\"met\" : true");
  }

  private static WireReport report(double bareSender, double bareReceiver) {
    return new WireReport(
        BYTES, List.of(pass(Mode.BARE, bareSender, bareReceiver), pass(Mode.NODE, 0.3, 2.1)));
  }

  private static Pass pass(Mode mode, double senderSeconds, double receiverSeconds) {
    return new Pass(
        mode,
        BYTES,
        BYTES,
        new Usage((long) (senderSeconds * BYTES), 1_000_000, 16 << 20),
        new Usage((long) (receiverSeconds * BYTES), 2_000_000, 32 << 20));
  }
}
