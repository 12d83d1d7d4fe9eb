package io.shoal.cli.dev.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DevReportTest {

  private static final long MB = 1_000_000;

  private final DevReport report =
      new DevReport(
          List.of(11L, 12L, 13L, 14L),
          300 * MB,
          300 * MB,
          330 * MB,
          List.of(
              new AgentPull(
                  "agent-1",
                  Duration.ofMillis(10_250),
                  Duration.ofMillis(310),
                  new SourceBytes(0, 100 * MB, 200 * MB, 0),
                  Optional.empty()),
              new AgentPull(
                  "agent-2",
                  Duration.ofMillis(9_000),
                  Duration.ofMillis(290),
                  new SourceBytes(0, 60 * MB, 240 * MB, 0),
                  Optional.of("no route to host"))));

  @Test
  void writesExactlyTheAgreedFields() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report.json());

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "agents",
            "pids",
            "failed",
            "imageBytes",
            "upstreamCopies",
            "originCopies",
            "peerShare",
            "pulls");
    assertThat(json)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"agents": 2, "pids": [11, 12, 13, 14], "failed": 1, "imageBytes": 300000000,
                     "upstreamCopies": 1.0, "originCopies": 1.1, "peerShare": 0.7333,
                     "pulls": [
                      {"agent": "agent-1", "seconds": 10.25, "firstByteSeconds": 0.31,
                       "bytes": {"upstream": 0, "origin": 100000000, "peer": 200000000, "cache": 0}},
                      {"agent": "agent-2", "seconds": 9.0, "firstByteSeconds": 0.29,
                       "bytes": {"upstream": 0, "origin": 60000000, "peer": 240000000, "cache": 0}}
                     ]}
                    """));
  }

  @Test
  void summaryHasALineForEachAgentAndTheReasonOfAFailure() {
    assertThat(report.summary())
        .containsExactly(
            "agent       time  first byte  upstream    origin    peers  own disk  result",
            "agent-1  10.25 s      0.31 s         -  95.4 MiB  191 MiB         -      ok",
            "agent-2   9.00 s      0.29 s         -  57.2 MiB  229 MiB         -  FAILED",
            "",
            "image 286 MiB; left upstream 1.00 times, the origin 1.10 times; 73 % came from peers",
            "agent-2 failed: no route to host");
  }

  @Test
  void nothingOverTheNetworkIsNoShareOfPeers() {
    DevReport warm = new DevReport(List.of(), 300 * MB, 0, 0, List.of());

    assertThat(warm.peerShare()).isZero();
    assertThat(warm.upstreamCopies()).isZero();
  }
}
