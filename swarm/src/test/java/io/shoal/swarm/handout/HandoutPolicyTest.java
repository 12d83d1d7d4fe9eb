package io.shoal.swarm.handout;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HandoutPolicyTest {

  private final HandoutPolicy policy = new HandoutPolicy(new SplittableRandom(7));

  @Test
  void neverHandsAPeerToItselfOrTwice() {
    List<Candidate> swarm = List.of(leecher(1), leecher(2), leecher(3));
    Asker asker = new Asker(id(1), Set.of(id(2)), 1, 0, Locality.UNKNOWN);
    assertThat(ids(policy.choose(asker, swarm))).containsExactly(3L);
  }

  @Test
  void handsOutFewSeedersEvenOverSeveralHandouts() {
    List<Candidate> swarm = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      swarm.add(new Candidate(agent(i), true));
      swarm.add(leecher(100 + i));
    }
    List<Candidate> first = policy.choose(newcomer(999), swarm);
    assertThat(first).filteredOn(Candidate::seeder).hasSize(HandoutPolicy.MAX_SEEDERS);
    assertThat(first).hasSize(24);
    Asker later = new Asker(id(999), Set.of(), 0, HandoutPolicy.MAX_SEEDERS, Locality.UNKNOWN);
    assertThat(policy.choose(later, swarm)).noneMatch(Candidate::seeder);
  }

  @Test
  void handsOutMostlyPeersOfTheSameRack() {
    List<Candidate> swarm = new ArrayList<>();
    for (int i = 1; i <= 80; i++) {
      Locality rack = Locality.named(i % 2 == 0 ? "here" : "there");
      PeerInfo peer = new PeerInfo(id(i), agent(i).address(), PeerRole.AGENT, rack);
      swarm.add(new Candidate(peer, false));
    }
    Asker asker = new Asker(id(999), Set.of(), 0, 0, Locality.named("here"));

    List<Candidate> chosen = policy.choose(asker, swarm);

    assertThat(chosen).hasSize(HandoutPolicy.MAX_KNOWN);
    assertThat(chosen)
        .filteredOn(c -> c.peer().locality().equals(asker.locality()))
        .hasSize(HandoutPolicy.NEAR);
  }

  @Test
  void aNewcomerIsNotHandedTheOthersThatJustCame() {
    List<Candidate> swarm = new ArrayList<>();
    for (int i = 1; i <= 1000; i++) {
      swarm.add(leecher(i));
    }

    List<Long> chosen = ids(policy.choose(newcomer(9999), swarm));

    assertThat(chosen).hasSize(HandoutPolicy.MAX_KNOWN);
    assertThat(chosen).filteredOn(id -> id <= 900).hasSizeGreaterThan(20);
  }

  @Test
  void stopsAtTheMostAPeerMayKnow() {
    List<Candidate> swarm = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      swarm.add(leecher(i));
    }
    assertThat(policy.choose(newcomer(999), swarm)).hasSize(HandoutPolicy.MAX_KNOWN);
    Asker full = new Asker(id(999), Set.of(), HandoutPolicy.MAX_KNOWN, 0, Locality.UNKNOWN);
    assertThat(policy.choose(full, swarm)).isEmpty();
  }

  @Test
  void addsOriginsWhateverElseIsKnown() {
    PeerInfo origin = new PeerInfo(id(1), new PeerAddress("o", 1), PeerRole.ORIGIN);
    List<Candidate> swarm = List.of(new Candidate(origin, true), leecher(2));
    Asker full = new Asker(id(999), Set.of(), HandoutPolicy.MAX_KNOWN, 4, Locality.UNKNOWN);
    assertThat(ids(policy.choose(full, swarm))).containsExactly(1L);
    assertThat(ids(policy.choose(newcomer(9), swarm))).containsExactly(2L, 1L);
  }

  /** What preferring those that few know did: a chain of neighbours in order of arrival. */
  @Test
  void someOfAFlashCrowdAreHandedThoseThatCameFirst() {
    List<Candidate> swarm = new ArrayList<>();
    int early = 0;
    for (long joiner = 1; joiner <= 400; joiner++) {
      List<Long> chosen = ids(policy.choose(newcomer(joiner), swarm));
      if (joiner > 300) {
        early += (int) chosen.stream().filter(id -> id <= 100).count();
      }
      swarm.add(leecher(joiner));
    }
    // 100 joiners with 32 each, of whom 100 in 300 to 400 came first.
    assertThat(early).isBetween(700, 1200);
  }

  private static Asker newcomer(long id) {
    return new Asker(id(id), Set.of(), 0, 0, Locality.UNKNOWN);
  }

  private static Candidate leecher(long id) {
    return new Candidate(agent(id), false);
  }

  private static PeerInfo agent(long id) {
    return new PeerInfo(id(id), new PeerAddress("h" + id, 4610), PeerRole.AGENT);
  }

  private static PeerId id(long id) {
    return new PeerId(0, id);
  }

  private static List<Long> ids(List<Candidate> chosen) {
    return chosen.stream().map(c -> c.peer().id().low()).toList();
  }
}
