package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What the README promises of {@code ./shoal dev}. */
@EndToEnd
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DevCommandIT {

  /** The slowest pull without limits: what this machine can do. */
  private static double unshapedSeconds;

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final double UPSTREAM_BYTES_PER_SECOND = 30e6;

  @Test
  @Order(1)
  void agentsShareTheImageInsteadOfAskingTheOriginForIt(Lab lab) throws IOException {
    JsonNode run = dev(lab);

    unshapedSeconds = slowest(run);
    assertThat(run.path("failed").asInt(-1)).isZero();
    assertThat(run.path("agents").asInt()).isEqualTo(4);
    assertThat(run.path("imageBytes").asLong()).isBetween(250_000_000L, 350_000_000L);
    assertThat(run.path("upstreamCopies").asDouble()).isBetween(0.995, 1.005);
    assertThat(run.path("originCopies").asDouble()).isLessThanOrEqualTo(1.5);
    assertThat(run.path("peerShare").asDouble()).isGreaterThanOrEqualTo(0.6);
    assertThat(run.path("pulls")).hasSize(4);
    assertThat(run.path("pids").size()).isGreaterThanOrEqualTo(6);
    run.path("pids")
        .forEach(pid ->
            assertThat(ProcessHandle.of(pid.asLong()))
                .as("process %s after the command's end", pid)
                .isEmpty());
  }

  @Test
  @Order(2)
  void pullEndsSoonAfterTheLastByteHasComeFromASlowUpstream(Lab lab) throws IOException {
    JsonNode run = dev(lab, "--upstream-rate", "30MB/s", "--agent-rate", "60MB/s");

    assertThat(run.path("failed").asInt(-1)).isZero();
    assertThat(run.path("originCopies").asDouble()).isLessThanOrEqualTo(1.5);
    assertThat(run.path("pulls")).hasSize(4);
    double ideal = run.path("imageBytes").asLong() / UPSTREAM_BYTES_PER_SECOND;
    if (unshapedSeconds > ideal) {
      System.out.printf(
          "Times are not judged: without any limit the pulls took %.1f s, so the processors of this"
              + " machine and not the rate are the bound (%.1f s)%n",
          unshapedSeconds, ideal);
      return;
    }
    double bound = 1.25 * ideal;
    for (JsonNode pull : run.path("pulls")) {
      assertThat(pull.path("seconds").asDouble()).as("%s", pull).isBetween(1.0, bound);
      assertThat(pull.path("firstByteSeconds").asDouble(Double.MAX_VALUE))
          .as("%s", pull)
          .isBetween(0.0, 1.0);
    }
  }

  private static double slowest(JsonNode run) {
    double slowest = 0;
    for (JsonNode pull : run.path("pulls")) {
      slowest = Math.max(slowest, pull.path("seconds").asDouble());
    }
    return slowest;
  }

  private static JsonNode dev(Lab lab, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("dev", "--once", "--output", "json"));
    arguments.addAll(List.of(options));
    String output = lab.shoal(LIMIT, arguments);
    System.out.println("shoal " + String.join(" ", arguments) + " -> " + output.strip());
    return new ObjectMapper().readTree(output);
  }
}
