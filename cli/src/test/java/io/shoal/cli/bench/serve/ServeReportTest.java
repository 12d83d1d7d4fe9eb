package io.shoal.cli.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ServeReportTest {

  private static final long GIGABYTE = 1_000_000_000;

  @Test
  void theTargetHoldsForEveryNumberOfReaders() {
    assertThat(report(0.24).met()).isTrue();
    assertThat(report(0.25).met()).isFalse();
  }

  @Test
  void tableAndJsonSayTheSame() {
    ServeReport report = report(0.3);
    assertThat(report.lines())
        .anySatisfy(line ->
            assertThat(line.split(" {2,}"))
                .containsExactly("agent", "16", "2.00", "0.300", "1.50"));
    assertThat(report.json())
        .contains("\"cpuSecondsPerGB\" : 0.3", "\"met\" : false", "\"p99Micros\" : 198.0");
    assertThat(report.lines().getLast())
        .contains("p50 100 us, p99 198 us, longest 200 us (200 pieces)");
  }

  /** The agent costs this much for sixteen readers, and as much as nginx for one. */
  private static ServeReport report(double agentSeconds) {
    return new ServeReport(
        List.of(
            new ServeReport.Pair(measured("agent", 1, 0.2), measured("nginx", 1, 0.2)),
            new ServeReport.Pair(measured("agent", 16, agentSeconds), measured("nginx", 16, 0.2))),
        new Delays(LongStream.rangeClosed(1, 200).mapToObj(i -> (201 - i) * 1000).toList()));
  }

  private static Measured measured(String server, int readers, double cpuSeconds) {
    return new Measured(server, readers, 0, 0, 0)
        .plus(GIGABYTE, GIGABYTE / 4, Math.round(cpuSeconds / 2 * GIGABYTE))
        .plus(GIGABYTE, GIGABYTE * 3 / 4, Math.round(cpuSeconds * 1.5 * GIGABYTE));
  }
}
