package io.shoal.cli.dev.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {

  private static final long MIB = 1 << 20;

  @Test
  void drawsABarForEachAgent() {
    assertThat(
            ProgressLines.bars(
                List.of(
                    progress("agent-1", 0, AgentProgress.State.PULLING),
                    progress("agent-2", 50 * MIB, AgentProgress.State.PULLING),
                    progress("agent-3", 100 * MIB, AgentProgress.State.DONE),
                    progress("agent-4", 99 * MIB, AgentProgress.State.FAILED))))
        .containsExactly(
            "agent-1   [........................]   0 %       0 B  31.0 MiB/s  -",
            "agent-2   [############............]  50 %  50.0 MiB  31.0 MiB/s  peers 75 %, origin 25 %",
            "agent-3   [########################] 100 %   100 MiB        done  peers 75 %, origin 25 %",
            "agent-4   [#######################.]  99 %  99.0 MiB      FAILED  peers 75 %, origin 25 %");
  }

  @Test
  void saysTheSameWithoutDrawing() {
    assertThat(ProgressLines.plain(progress("agent-2", 50 * MIB, AgentProgress.State.PULLING)))
        .isEqualTo("agent-2: 50 %, 50.0 MiB at 31.0 MiB/s, from peers 75 %, origin 25 %");
    assertThat(ProgressLines.plain(progress("agent-2", 100 * MIB, AgentProgress.State.DONE)))
        .isEqualTo("agent-2: done, 100 MiB, from peers 75 %, origin 25 %");
  }

  @Test
  void lengthIsUnknownBeforeTheManifestIsRead() {
    AgentProgress waiting =
        new AgentProgress(
            "agent-1", 0, OptionalLong.empty(), 0, SourceBytes.NONE, AgentProgress.State.PULLING);

    assertThat(ProgressLines.plain(waiting)).isEqualTo("agent-1: 0 %, 0 B at 0 B/s, from -");
  }

  private static AgentProgress progress(String agent, long received, AgentProgress.State state) {
    return new AgentProgress(
        agent,
        received,
        OptionalLong.of(100 * MIB),
        31 * MIB,
        new SourceBytes(0, received / 4, received * 3 / 4, 0),
        state);
  }
}
