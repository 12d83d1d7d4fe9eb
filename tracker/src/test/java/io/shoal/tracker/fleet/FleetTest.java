package io.shoal.tracker.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.client.tracker.AgentMessage.Hello;
import io.shoal.client.tracker.BlobState;
import io.shoal.client.tracker.BlobState.Phase;
import io.shoal.client.tracker.FleetView;
import io.shoal.client.tracker.HoldingsRequest;
import io.shoal.client.tracker.HoldingsView;
import io.shoal.client.tracker.NodeStats;
import io.shoal.client.tracker.TrackerMessage;
import io.shoal.client.tracker.TrackerMessage.Handout;
import io.shoal.client.tracker.TrackerMessage.Members;
import io.shoal.client.tracker.TrackerMessage.Quarantine;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FleetTest {

  private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});
  private static final BlobState WANTED = BlobState.wanted(DIGEST);
  private static final BlobState SEED = BlobState.seed(DIGEST, 1000, 1);
  private static final long SECOND = 1_000_000_000L;

  private final Fleet fleet = fleet(new FleetLimits(Duration.ofSeconds(10), 1000, 100));
  private long now;

  @Test
  void answersAnAnnounceAtOnceEvenWithNobody() throws Exception {
    join(1, PeerRole.AGENT);
    assertThat(handouts(fleet.announce(id(1), List.of(WANTED), now)))
        .containsExactly(new Handout(DIGEST, Optional.empty(), List.of()));
  }

  @Test
  void pushesNewcomersToThoseWhoWait() throws Exception {
    join(1, PeerRole.AGENT);
    join(2, PeerRole.AGENT);
    fleet.announce(id(1), List.of(WANTED), now);
    assertThat(handouts(fleet.announce(id(2), List.of(WANTED), now)).getFirst().peers())
        .containsExactly(peer(1, PeerRole.AGENT));
    List<Outgoing> pushed = withoutMembers(fleet.tick(now));
    assertThat(pushed)
        .containsExactly(
            Outgoing.to(
                id(1), new Handout(DIGEST, Optional.empty(), List.of(peer(2, PeerRole.AGENT)))));
    assertThat(fleet.tick(now)).isEmpty();
  }

  @Test
  void tellsSeedersNothing() throws Exception {
    join(1, PeerRole.AGENT);
    join(2, PeerRole.AGENT);
    assertThat(fleet.announce(id(1), List.of(SEED), now)).isEmpty();
    Handout handout = handouts(fleet.announce(id(2), List.of(WANTED), now)).getFirst();
    assertThat(handout.peers()).containsExactly(peer(1, PeerRole.AGENT));
    assertThat(handout.blobBytes()).contains(1000L);
    assertThat(withoutMembers(fleet.tick(now))).isEmpty();
  }

  @Test
  void believesAnOriginAboutTheLength() throws Exception {
    join(1, PeerRole.AGENT);
    join(2, PeerRole.ORIGIN);
    join(3, PeerRole.AGENT);
    fleet.announce(id(1), List.of(BlobState.seed(DIGEST, 5, 1)), now);
    fleet.announce(id(2), List.of(SEED), now);
    fleet.announce(id(1), List.of(BlobState.seed(DIGEST, 7, 1)), now);
    assertThat(handouts(fleet.announce(id(3), List.of(WANTED), now)).getFirst().blobBytes())
        .contains(1000L);
  }

  @Test
  void replacesPeersThatLeave() throws Exception {
    for (int i = 1; i <= 40; i++) {
      join(i, PeerRole.AGENT);
      fleet.announce(id(i), List.of(WANTED), now);
    }
    fleet.tick(now);
    fleet.leave(id(40));
    List<Outgoing> pushed = withoutMembers(fleet.tick(now));
    assertThat(pushed).isNotEmpty();
    assertThat(handouts(pushed)).allMatch(h -> h.peers().size() == 1);
    assertThat(handouts(pushed)).noneMatch(h -> h.peers().contains(peer(40, PeerRole.AGENT)));
  }

  @Test
  void aPeerThatDroppedABlobIsNotHandedOut() throws Exception {
    join(1, PeerRole.AGENT);
    join(2, PeerRole.AGENT);
    fleet.announce(id(1), List.of(SEED), now);
    fleet.announce(id(1), List.of(BlobState.gone(DIGEST)), now);
    assertThat(fleet.swarmCount()).isZero();
    assertThat(handouts(fleet.announce(id(2), List.of(WANTED), now)).getFirst().peers()).isEmpty();
  }

  @Test
  void knowsWhoHasHowMuchOfSomeBlobs() throws Exception {
    Digest other = Digest.sha256Of(new byte[] {2});
    for (int i = 1; i <= 3; i++) {
      join(i, PeerRole.AGENT);
    }
    fleet.announce(id(1), List.of(SEED, BlobState.seed(other, 600, 6)), now);
    fleet.announce(
        id(2), List.of(WANTED, new BlobState(other, Optional.of(600L), Phase.PARTIAL, 2, 6)), now);

    HoldingsView holdings =
        fleet.holdings(
            List.of(new HoldingsRequest.Blob(DIGEST, 1000), new HoldingsRequest.Blob(other, 600)));

    assertThat(holdings)
        .isEqualTo(
            new HoldingsView(
                1600,
                2,
                List.of(
                    new HoldingsView.Node("n1", PeerRole.AGENT, 1600, 2, false),
                    new HoldingsView.Node("n2", PeerRole.AGENT, 200, 0, true),
                    new HoldingsView.Node("n3", PeerRole.AGENT, 0, 0, false))));
  }

  @Test
  void noticesSilenceAfterThreeHeartbeats() throws Exception {
    join(1, PeerRole.AGENT);
    join(2, PeerRole.AGENT);
    now = 25 * SECOND;
    fleet.heartbeat(id(2), NodeStats.NONE, now);
    now = 31 * SECOND;
    assertThat(fleet.expired(now)).containsExactly(id(1));
    fleet.leave(id(1));
    assertThatThrownBy(() -> fleet.heartbeat(id(1), NodeStats.NONE, now))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void sendsTheMembersWhenTheyChangeButNotTooOften() throws Exception {
    join(1, PeerRole.AGENT);
    Members first = members(fleet.tick(now)).getFirst();
    assertThat(first.members()).extracting(TrackerMessage.Member::nodeName).containsExactly("n1");
    join(2, PeerRole.AGENT);
    assertThat(members(fleet.tick(now))).isEmpty();
    now += 2 * SECOND;
    Members second = members(fleet.tick(now)).getFirst();
    assertThat(second.members()).hasSize(2);
    assertThat(second.fleetEpoch()).isGreaterThan(first.fleetEpoch());
    now += 2 * SECOND;
    assertThat(fleet.tick(now)).isEmpty();
  }

  @Test
  void quarantinesOnTheWordOfTwoHostsOnly() throws Exception {
    joinMany(40);
    assertThat(fleet.report(id(1), id(9), now)).isEmpty();
    assertThat(fleet.report(id(1), id(9), now)).isEmpty();
    List<Outgoing> told = fleet.report(id(2), id(9), now);
    assertThat(told.getFirst().message()).isEqualTo(new Quarantine(id(9), Duration.ofMinutes(10)));
    assertThat(told.getFirst().to()).hasSize(40);
    fleet.announce(id(9), List.of(SEED), now);
    assertThat(handouts(fleet.announce(id(3), List.of(WANTED), now)).getFirst().peers()).isEmpty();
    now += 601 * SECOND;
    fleet.tick(now);
    assertThat(handouts(fleet.announce(id(4), List.of(WANTED), now)).getFirst().peers())
        .contains(peer(9, PeerRole.AGENT));
  }

  @Test
  void complaintsCannotEmptyAFleet() throws Exception {
    joinMany(40);
    join(41, PeerRole.ORIGIN);
    int quarantined = 0;
    for (int suspect = 3; suspect <= 41; suspect++) {
      fleet.report(id(1), id(suspect), now);
      quarantined += fleet.report(id(2), id(suspect), now).size();
    }
    assertThat(quarantined).isEqualTo(2);
    assertThat(fleet.view(now).members())
        .filteredOn(m -> m.peer().role() == PeerRole.ORIGIN)
        .noneMatch(FleetView.MemberView::quarantined);
  }

  @Test
  void isBounded() throws Exception {
    Fleet small = fleet(new FleetLimits(Duration.ofSeconds(1), 1, 1));
    small.hello(hello(1, PeerRole.AGENT), "10.0.0.1", now);
    assertThatThrownBy(() -> small.hello(hello(2, PeerRole.AGENT), "10.0.0.2", now))
        .isInstanceOf(RefusedException.class);
    BlobState other = BlobState.wanted(Digest.sha256Of(new byte[] {2}));
    assertThatThrownBy(() -> small.announce(id(1), List.of(WANTED, other), now))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void showsTheFleetAndItsSwarms() throws Exception {
    join(1, PeerRole.AGENT);
    join(2, PeerRole.AGENT);
    fleet.announce(id(1), List.of(SEED), now);
    fleet.announce(
        id(2),
        List.of(new BlobState(DIGEST, Optional.of(1000L), BlobState.Phase.PARTIAL, 0, 1)),
        now);
    fleet.heartbeat(
        id(1), new NodeStats(1, 2, 3, 4, 5, 6, 7, 8, 9, List.of(), Optional.empty()), now);
    FleetView view = fleet.view(now);
    assertThat(view.members()).hasSize(2);
    assertThat(view.swarms())
        .containsExactly(new FleetView.SwarmView(DIGEST, Optional.of(1000L), 1, 1, 0, 1));
    assertThat(view.totals()).isEqualTo(new FleetView.Totals(1, 2, 3, 4, 5, 7));
  }

  private static Fleet fleet(FleetLimits limits) {
    return new Fleet(limits, new SplittableRandom(1), 100, 0);
  }

  private void joinMany(int count) throws RefusedException {
    for (int i = 1; i <= count; i++) {
      join(i, PeerRole.AGENT);
    }
  }

  private void join(long id, PeerRole role) throws RefusedException {
    fleet.hello(hello(id, role), "10.0.0." + id, now);
  }

  private static Hello hello(long id, PeerRole role) {
    return new Hello(id(id), role, Optional.empty(), 4610, "n" + id, Map.of(), "1");
  }

  private static PeerInfo peer(long id, PeerRole role) {
    return new PeerInfo(id(id), new PeerAddress("10.0.0." + id, 4610), role);
  }

  private static PeerId id(long id) {
    return new PeerId(0, id);
  }

  private static List<Handout> handouts(List<Outgoing> out) {
    return messages(out, Handout.class);
  }

  private static List<Members> members(List<Outgoing> out) {
    return messages(out, Members.class);
  }

  private static List<Outgoing> withoutMembers(List<Outgoing> out) {
    return out.stream().filter(o -> !(o.message() instanceof Members)).toList();
  }

  private static <T> List<T> messages(List<Outgoing> out, Class<T> type) {
    return out.stream().map(Outgoing::message).filter(type::isInstance).map(type::cast).toList();
  }
}
