package io.shoal.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.NodeStats;
import io.shoal.client.tracker.NodeStats.Undelivered;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetTableTest {

  private static final long MIB = 1 << 20;
  private static final Optional<String> NONE = Optional.empty();
  private static final FleetView.Totals NO_TOTALS = new FleetView.Totals(0, 0, 0, 0, 0, 0);

  @Test
  void showsMembersByNameAndBlobsOnTheirWay() {
    NodeStats busy =
        new NodeStats(
            0,
            10 * MIB,
            30 * MIB,
            0,
            5 * MIB,
            3,
            40 * MIB,
            MIB,
            2 * MIB,
            List.of(),
            Optional.empty());
    FleetView fleet =
        new FleetView(
            7,
            List.of(
                member("node-b", PeerRole.AGENT, 2, busy, true),
                member("node-a", PeerRole.ORIGIN, 1, NodeStats.NONE, false)),
            List.of(
                new FleetView.SwarmView(
                    Digest.sha256Of(new byte[1]), Optional.of(64 * MIB), 1, 2, 96, 128),
                new FleetView.SwarmView(
                    Digest.sha256Of(new byte[2]), Optional.empty(), 3, 0, 0, 0)),
            2,
            NO_TOTALS);

    assertThat(FleetTable.lines(fleet))
        .containsExactly(
            "1 agent, 1 origin",
            "saved 40.0 MiB of traffic from the registries since these members started, 100 %; 0 B"
                + " came from there",
            "! node-b is in quarantine: agents report bad pieces of it",
            "",
            "node      role     address    heard  blobs    stored  upstream    origin     peers"
                + "      sent      now in     now out",
            "node-a  origin  10.0.0.1:9  1 s ago      0         -         -         -         -"
                + "         -         -/s         -/s",
            "node-b   agent  10.0.0.2:9  1 s ago      3  40.0 MiB         -  10.0 MiB  30.0 MiB"
                + "  5.00 MiB  2.00 MiB/s  1.00 MiB/s  QUARANTINED",
            "",
            "2 blobs, 1 on their way",
            "blob              size  have all  want it  progress",
            Digest.sha256Of(new byte[1]).shortHex() + "  64.0 MiB         1        2      75 %");
  }

  @Test
  void saysWhenNobodyIsThere() {
    assertThat(FleetTable.lines(new FleetView(0, List.of(), List.of(), 0, NO_TOTALS)))
        .endsWith("no members", "", "0 blobs, 0 on their way");
  }

  @Test
  void saysWhichPushesHaveNotReachedTheirRegistries() {
    assertThat(FleetTable.lines(withPushes(new Undelivered(3, Duration.ofSeconds(4), NONE))))
        .contains(
            "o1 is bringing 3 parts of pushes to their registries, the oldest for 4 s",
            "all members are well");
    Undelivered heldUp = new Undelivered(1, Duration.ofMinutes(2), Optional.of("quay.io is away"));
    assertThat(FleetTable.lines(withPushes(heldUp)))
        .contains(
            "! o1 has not brought 1 part of pushes to their registries, the oldest for 120 s:"
                + " quay.io is away")
        .doesNotContain("all members are well");
  }

  private static FleetView withPushes(Undelivered waiting) {
    NodeStats stats = new NodeStats(0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), Optional.of(waiting));
    return new FleetView(
        1, List.of(member("o1", PeerRole.ORIGIN, 1, stats, false)), List.of(), 0, NO_TOTALS);
  }

  private static FleetView.MemberView member(
      String name, PeerRole role, int number, NodeStats stats, boolean quarantined) {
    return new FleetView.MemberView(
        new PeerInfo(new PeerId(0, number), new PeerAddress("10.0.0." + number, 9), role),
        name,
        Map.of(),
        "0.1.0",
        Duration.ofMinutes(3),
        Duration.ofMillis(1500),
        quarantined,
        stats);
  }
}
