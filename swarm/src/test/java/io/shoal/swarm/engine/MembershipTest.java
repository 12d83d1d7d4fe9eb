package io.shoal.swarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipTest {

  @Test
  void tellsAPeerOfPiecesThatCameBeforeItsJoin() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "x...");
    bench.on(new SwarmEvent.PeersFound(Bench.BLOB, List.of(Bench.info(1, PeerRole.AGENT))));
    bench.on(new SwarmEvent.LinkUp(1, Bench.info(1, PeerRole.AGENT)));

    bench.on(new SwarmEvent.PieceAttested(Bench.BLOB, 1));
    List<SwarmAction> later = bench.afterMillis(20);

    assertThat(Bench.sent(later, PeerMessage.Have.class))
        .containsExactly(new PeerMessage.Have(0, List.of(1)));
  }

  @Test
  void countsWhatCameWhileTheShellLookedTheBlobUp() {
    Bench bench = new Bench(2);
    bench.on(new SwarmEvent.LinkUp(1, Bench.info(1, PeerRole.AGENT)));
    assertThat(Bench.of(bench.from(1, bench.join(3, "..")), SwarmAction.LookUp.class)).hasSize(1);
    bench.from(1, new PeerMessage.Have(3, List.of(1)));

    List<SwarmAction> added = bench.add(TorrentMode.LEECH, "..");

    assertThat(Bench.sent(added, PeerMessage.Request.class))
        .singleElement()
        .satisfies(request -> assertThat(request.piece()).isEqualTo(1));
  }

  @Test
  void aJoinThatTurnsOutWrongClosesItsLinkAndNoOther() {
    Bench bench = new Bench(2);
    bench.on(new SwarmEvent.LinkUp(1, Bench.info(1, PeerRole.AGENT)));
    bench.on(new SwarmEvent.LinkUp(2, Bench.info(2, PeerRole.AGENT)));
    PieceLayout wrong = new PieceLayout(Bench.PIECE, Bench.PIECE);
    bench.from(1, new PeerMessage.Join(3, Bench.BLOB, 1, wrong, 0, true, new Bitfield(1)));
    bench.from(2, bench.join(3, "x."));

    List<SwarmAction> added = bench.add(TorrentMode.LEECH, "..");

    assertThat(Bench.of(added, SwarmAction.CloseLink.class))
        .extracting(SwarmAction.CloseLink::link)
        .containsExactly(1);
    assertThat(Bench.of(added, SwarmAction.Send.class))
        .extracting(SwarmAction.Send::link)
        .contains(2)
        .doesNotContain(1);
    assertThat(Bench.sent(added, PeerMessage.Request.class)).hasSize(1);
  }

  @Test
  void refusesAJoinOfABlobThatIsNotHere() {
    Bench bench = new Bench(2);
    bench.on(new SwarmEvent.LinkUp(1, Bench.info(1, PeerRole.AGENT)));
    bench.from(1, bench.join(3, ".."));

    List<SwarmAction> answer = bench.on(new SwarmEvent.NoSuchBlob(Bench.BLOB, 1));

    assertThat(Bench.sent(answer, PeerMessage.Leave.class))
        .containsExactly(new PeerMessage.Leave(3, true));
  }

  @Test
  void dialsAPeerOnceAndAgainAfterItFailed() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "....");
    SwarmEvent found =
        new SwarmEvent.PeersFound(Bench.BLOB, List.of(Bench.info(1, PeerRole.AGENT)));

    assertThat(Bench.of(bench.on(found), SwarmAction.Dial.class)).hasSize(1);
    assertThat(Bench.of(bench.on(found), SwarmAction.Dial.class)).isEmpty();
    bench.on(new SwarmEvent.DialFailed(Bench.info(1, PeerRole.AGENT).id()));
    assertThat(Bench.of(bench.afterMillis(100), SwarmAction.Dial.class)).isEmpty();
    assertThat(Bench.of(bench.afterMillis(2000), SwarmAction.Dial.class)).hasSize(1);
  }

  @Test
  void aNumberIsFreeAgainWhenEverybodyConfirmedTheLeave() {
    Bench bench = new Bench(4);
    assertThat(numberGiven(bench, 40)).isZero();
    assertThat(numberGiven(bench, 41)).isEqualTo(1);
    bench.from(1, new PeerMessage.Leave(0, true));
    bench.from(1, new PeerMessage.Leave(1, true));
    assertThat(numberGiven(bench, 42)).isZero();
  }

  /** Adds the torrent, lets the peer join under its number, removes the torrent again. */
  private static int numberGiven(Bench bench, int theirs) {
    bench.add(TorrentMode.SEED, "xxxx");
    if (theirs == 40) {
      bench.on(new SwarmEvent.LinkUp(1, Bench.info(1, PeerRole.AGENT)));
    }
    List<SwarmAction> joined = bench.from(1, bench.join(theirs, "...."));
    bench.on(new SwarmEvent.RemoveTorrent(Bench.BLOB));
    return Bench.sent(joined, PeerMessage.Join.class).getFirst().torrent();
  }

  @Test
  void wakesAreNotPutOffByEvents() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "....");
    bench.afterMillis(0);
    long wake = bench.engine.nextWakeNanos();

    bench.on(new SwarmEvent.Unreserve(Bench.BLOB, 0));

    assertThat(bench.engine.nextWakeNanos()).isEqualTo(wake);
  }

  @Test
  void asksForOtherPeersWhenTheLinkedOnesHaveNothingOfUse() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "x...");
    for (int link = 1; link <= SwarmConfig.agent().link().perTorrent(); link++) {
      bench.peer(link, PeerRole.AGENT, "x...");
    }

    assertThat(Bench.of(bench.afterMillis(100), SwarmAction.NeedPeers.class)).isEmpty();
    assertThat(Bench.of(bench.afterMillis(6000), SwarmAction.NeedPeers.class)).hasSize(1);
  }

  @Test
  void dialsAnOriginThatIsBackThoughItIsLinkedToAllItKnows() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "....");
    for (int link = 1; link <= SwarmConfig.agent().link().knownPeers(); link++) {
      bench.peer(link, PeerRole.AGENT, "....");
    }
    PeerInfo origin = Bench.info(1000, PeerRole.ORIGIN);

    List<SwarmAction> found = bench.on(new SwarmEvent.PeersFound(Bench.BLOB, List.of(origin)));

    assertThat(Bench.of(found, SwarmAction.Dial.class))
        .extracting(SwarmAction.Dial::peer)
        .containsExactly(origin);
  }
}
