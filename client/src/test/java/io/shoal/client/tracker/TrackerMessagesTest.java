package io.shoal.client.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackerMessagesTest {

  private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});
  private static final PeerId ID = new PeerId(1, 2);
  private static final PeerInfo PEER =
      new PeerInfo(ID, new PeerAddress("10.0.0.1", 4610), PeerRole.AGENT);

  @Test
  void everyAgentMessageSurvivesTheWire() throws Exception {
    List<AgentMessage> messages =
        List.of(
            new AgentMessage.Hello(
                ID, PeerRole.AGENT, Optional.of("h"), 4610, "n1", Map.of("rack", "r1"), "1"),
            new AgentMessage.Hello(
                ID, PeerRole.ORIGIN, Optional.empty(), 4610, "n1", Map.of(), "1"),
            new AgentMessage.Announce(
                List.of(
                    BlobState.wanted(DIGEST),
                    BlobState.seed(DIGEST, 5, 1),
                    BlobState.gone(DIGEST))),
            new AgentMessage.Heartbeat(
                new NodeStats(
                    1,
                    2,
                    3,
                    4,
                    5,
                    6,
                    7,
                    8,
                    9,
                    List.of(new NodeStats.Progress(DIGEST, 10, 5)),
                    Optional.of(
                        new NodeStats.Undelivered(
                            2, Duration.ofMinutes(3), Optional.of("no answer"))))),
            new AgentMessage.Report(ID, DIGEST, "tampered"),
            new AgentMessage.Prewarmed(
                List.of(new NodeReport("job", 1, NodeReport.Phase.HANDING_OVER, "", 5, 10))),
            new AgentMessage.Estimated("q", 5, 10, ""));
    for (AgentMessage message : messages) {
      assertThat(ShoalJson.read(ShoalJson.write(message), AgentMessage.class)).isEqualTo(message);
    }
  }

  @Test
  void everyTrackerMessageSurvivesTheWire() throws Exception {
    List<TrackerMessage> messages =
        List.of(
            new TrackerMessage.Welcome(Duration.ofSeconds(10), 7),
            new TrackerMessage.Handout(DIGEST, Optional.of(5L), List.of(PEER)),
            new TrackerMessage.Handout(DIGEST, Optional.empty(), List.of()),
            new TrackerMessage.Members(
                7, List.of(new TrackerMessage.Member(PEER, "n1", Map.of("rack", "r1")))),
            new TrackerMessage.Quarantine(ID, Duration.ofMinutes(10)),
            new TrackerMessage.Prewarm(
                "job",
                1,
                List.of("quay.io/org/app:1"),
                Optional.of("linux/arm64"),
                Optional.of(Duration.ofHours(24)),
                Optional.of(PrewarmRuntime.CONTAINERD),
                Optional.of(20_000_000L),
                Optional.of("team")),
            new TrackerMessage.StopPrewarm("job"),
            new TrackerMessage.Estimate(
                "q", List.of("quay.io/org/app:1"), Optional.empty(), Optional.empty()));
    for (TrackerMessage message : messages) {
      assertThat(ShoalJson.read(ShoalJson.write(message), TrackerMessage.class)).isEqualTo(message);
    }
  }

  @Test
  void anOrderOfAnEarlierVersionHasNeitherRuntimeNorRate() throws Exception {
    String json =
        "{\"type\":\"prewarm\",\"jobId\":\"j\",\"attempt\":1,\"images\":[\"a\"],"
            + "\"platform\":null,\"pin\":null}";
    TrackerMessage.Prewarm order =
        (TrackerMessage.Prewarm) ShoalJson.read(json, TrackerMessage.class);
    assertThat(order.runtime()).isEmpty();
    assertThat(order.maxBytesPerSecond()).isEmpty();
    assertThat(order.credentials()).isEmpty();
  }

  @Test
  void fieldsOfALaterVersionAreSkipped() throws Exception {
    String json = "{\"type\":\"welcome\",\"heartbeat\":5,\"fleetEpoch\":1,\"later\":{\"a\":[1]}}";
    assertThat(ShoalJson.read(json, TrackerMessage.class))
        .isEqualTo(new TrackerMessage.Welcome(Duration.ofMillis(5), 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"type\":\"nonsense\"}",
        "{\"type\":\"hello\"}",
        "{\"type\":\"hello\",\"peerId\":\"xyz\",\"role\":\"AGENT\",\"port\":1,\"nodeName\":\"n\","
            + "\"labels\":{},\"version\":\"1\"}",
        "{\"type\":\"report\",\"peer\":\"00000000000000010000000000000002\",\"digest\":\"md5:1\","
            + "\"reason\":\"r\"}",
        "{\"type\":\"announce\",\"blobs\":[null]}",
        "{\"type\":\"announce\",\"blobs\":[{\"digest\":\"x\"}]}",
        "{\"type\":\"heartbeat\",\"stats\":null}",
      })
  void nonsenseIsOneKindOfError(String json) {
    assertThatThrownBy(() -> ShoalJson.read(json, AgentMessage.class))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void anAnnounceIsBounded() {
    List<BlobState> many =
        Collections.nCopies(AgentMessage.Announce.MAX_BLOBS + 1, BlobState.wanted(DIGEST));
    assertThatThrownBy(() -> new AgentMessage.Announce(many))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
