package io.shoal.swarm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.choking.ChokingPolicy.Interested;
import io.shoal.swarm.choking.TitForTat;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyTest {

  @ParameterizedTest
  @EnumSource
  void aPolicyIsFoundByItsName(SwarmPolicy policy) {
    assertThat(SwarmPolicy.named(policy.text())).isEqualTo(policy);
  }

  @Test
  void anUnknownNameIsAnsweredWithAllNames() {
    assertThatThrownBy(() -> SwarmPolicy.named("best"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shoal, random-first, rarest-first");
  }

  @Test
  void inOrderAsksForTheNextPieceHoweverManyHaveIt() {
    Bench bench = leech(SwarmPolicy.IN_ORDER, "........");
    bench.peer(1, PeerRole.AGENT, "xxxxxxxx");

    assertThat(pieces(bench.peer(2, PeerRole.AGENT, ".xxxxxxx"))).containsExactly(1);
  }

  @Test
  void rarestFirstLooksBeyondTheWindow() {
    String common = "x".repeat(39) + ".";
    Bench bench = leech(SwarmPolicy.RAREST_FIRST, ".".repeat(40));
    bench.on(new SwarmEvent.Unwanted(Bench.BLOB));
    bench.peer(1, PeerRole.AGENT, common);
    bench.peer(2, PeerRole.AGENT, common);
    bench.peer(3, PeerRole.AGENT, ".".repeat(39) + "x");

    assertThat(pieces(bench.on(new SwarmEvent.Wanted(Bench.BLOB, 0, 40)))).contains(39);
  }

  @Test
  void whereTheDownloaderPicksAnOriginIsAskedForACertainPieceAndSendsItAgain() {
    Bench agent = leech(SwarmPolicy.DOWNLOADER_PICKS, "....");
    assertThat(pieces(agent.peer(1, PeerRole.ORIGIN, "xxxx"))).allMatch(piece -> piece >= 0);

    Bench origin = new Bench(4, SwarmConfig.origin().with(SwarmPolicy.DOWNLOADER_PICKS));
    origin.add(TorrentMode.INJECT, "xxxx");
    int sent = 0;
    for (int link = 1; link <= 3; link++) {
      origin.peer(link, PeerRole.AGENT, "....");
      List<SwarmAction> answer = origin.from(link, Bench.request(link, 5, 0));
      sent += Bench.of(answer, SwarmAction.SendExtent.class).size();
    }
    assertThat(sent).isEqualTo(3);
  }

  @Test
  void theNaiveEndGameAsksEverybodyForWhatIsUnderWay() {
    Bench bench = leech(SwarmPolicy.NAIVE_END_GAME, "xxx.");
    List<Integer> asked = new ArrayList<>();
    for (int link = 1; link <= 2; link++) {
      asked.addAll(pieces(bench.peer(link, PeerRole.AGENT, "xxxx")));
    }

    assertThat(asked).containsExactly(3, 3);
  }

  @Test
  void titForTatServesThoseThatGaveMostAndOneByChance() {
    List<Interested> peers = new ArrayList<>();
    for (int link = 0; link < 10; link++) {
      peers.add(new Interested(link, 100 * link));
    }

    assertThat(new TitForTat().unchoked(peers, 4, new SplittableRandom(1)).orElseThrow())
        .hasSize(4)
        .contains(9, 8, 7);
  }

  @Test
  void whoIsChokedWaitsThoughASlotIsFree() {
    Bench bench = new Bench(8, SwarmConfig.agent().with(SwarmPolicy.TIT_FOR_TAT));
    bench.add(TorrentMode.SEED, "xxxxxxxx");
    for (int link = 1; link <= 8; link++) {
      bench.peer(link, PeerRole.AGENT, "........");
      bench.from(link, Bench.request(link, 5, 0));
    }
    bench.afterMillis(200); // four of the eight are chosen

    bench.peer(9, PeerRole.AGENT, "........");
    List<SwarmAction> answer = bench.from(9, Bench.request(9, 5, 0));

    assertThat(Bench.sent(answer, PeerMessage.Busy.class)).hasSize(1);
  }

  private static Bench leech(SwarmPolicy policy, String have) {
    Bench bench = new Bench(have.length(), SwarmConfig.agent().with(policy));
    bench.add(TorrentMode.LEECH, have);
    return bench;
  }

  private static List<Integer> pieces(List<SwarmAction> actions) {
    return Bench.sent(actions, PeerMessage.Request.class).stream()
        .map(PeerMessage.Request::piece)
        .toList();
  }
}
