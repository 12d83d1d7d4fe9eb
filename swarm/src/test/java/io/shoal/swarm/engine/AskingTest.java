package io.shoal.swarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import io.shoal.swarm.message.RejectReason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AskingTest {

  @Test
  void asksForAPieceNotYetUnderWay() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "....");

    PeerMessage.Request first = onlyRequest(bench.peer(1, PeerRole.AGENT, "x..."));
    bench.peer(2, PeerRole.AGENT, "....");
    PeerMessage.Request second =
        onlyRequest(bench.from(2, new PeerMessage.Have(2, List.of(0, 1, 2))));

    assertThat(first.piece()).isZero();
    assertThat(second.piece()).isIn(1, 2);
  }

  @Test
  void neverAsksTwoPeersForOnePiece() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "xxx.");

    onlyRequest(bench.peer(1, PeerRole.AGENT, "xxxx"));

    assertThat(requests(bench.peer(2, PeerRole.AGENT, "xxxx"))).isEmpty();
  }

  @Test
  void standsInLineAtABusyPeerAndAsksAnother() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "xxx.");
    PeerMessage.Request first = onlyRequest(bench.peer(1, PeerRole.AGENT, "xxxx"));
    bench.peer(2, PeerRole.AGENT, "xxxx");

    List<SwarmAction> after = bench.from(1, new PeerMessage.Busy(1, first.requestId(), 3));

    assertThat(Bench.of(after, SwarmAction.Send.class))
        .singleElement()
        .satisfies(send -> assertThat(send.link()).isEqualTo(2));
  }

  @Test
  void declinesAnOfferedSlotWhenNothingIsLeftToAskFor() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "xxx.");
    PeerMessage.Request first = onlyRequest(bench.peer(1, PeerRole.AGENT, "xxxx"));
    bench.peer(2, PeerRole.AGENT, "xxxx");
    bench.from(1, new PeerMessage.Busy(1, first.requestId(), 3));

    List<SwarmAction> after = bench.from(1, new PeerMessage.Ready(1));

    assertThat(Bench.sent(after, PeerMessage.Cancel.class))
        .singleElement()
        .satisfies(c -> assertThat(c.requestId()).isEqualTo(PeerMessage.Cancel.PLACE));
  }

  @Test
  void completesAndGivesUpItsPlaces() {
    Bench bench = new Bench(2);
    bench.add(TorrentMode.LEECH, "x.");
    PeerMessage.Request busy = onlyRequest(bench.peer(1, PeerRole.AGENT, "xx"));
    bench.peer(2, PeerRole.AGENT, "xx");
    PeerMessage.Request good =
        onlyRequest(bench.from(1, new PeerMessage.Busy(1, busy.requestId(), 1)));

    List<SwarmAction> after = bench.delivers(2, good);

    assertThat(Bench.of(after, SwarmAction.Complete.class)).hasSize(1);
    assertThat(Bench.sent(after, PeerMessage.Cancel.class)).hasSize(1);
  }

  @Test
  void leavesTheChoiceToTheOriginAndSaysWhatItNeedNotSend() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "x...");
    bench.peer(1, PeerRole.AGENT, ".x..");

    PeerMessage.Request any = onlyRequest(bench.peer(2, PeerRole.ORIGIN, "xxxx"));

    assertThat(any.piece()).isEqualTo(PeerMessage.ANY);
    assertThat(any.unwanted()).contains(Bench.pieces("xx.."));
  }

  @Test
  void asksAnOriginForWhatOthersGotOnlyWhenNoPeerHasAnything() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "x...");
    bench.peer(1, PeerRole.AGENT, ".x..");
    PeerMessage.Request any = onlyRequest(bench.peer(2, PeerRole.ORIGIN, "xxxx"));

    PeerMessage.Request again =
        onlyRequest(
            bench.from(2, new PeerMessage.Reject(2, any.requestId(), RejectReason.ASK_PEERS)));

    assertThat(any.urgent()).isFalse();
    assertThat(again.urgent()).isTrue();
    assertThat(again.unwanted()).contains(Bench.pieces("xx.."));
  }

  @Test
  void leavesAnOriginAloneThatHasNothingNewWhileAPeerHasSomething() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "x...");
    bench.peer(1, PeerRole.AGENT, ".xx.");
    PeerMessage.Request any = onlyRequest(bench.peer(2, PeerRole.ORIGIN, "xxxx"));

    assertThat(
            requests(
                bench.from(2, new PeerMessage.Reject(2, any.requestId(), RejectReason.ASK_PEERS))))
        .isEmpty();
  }

  @Test
  void aPieceThatFailsIsAskedOfSomebodyElseAndItsSenderIsReported() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "xxx.");
    PeerMessage.Request bad = onlyRequest(bench.peer(1, PeerRole.AGENT, "xxxx"));
    bench.dataFrom(1, bad);
    bench.on(new SwarmEvent.ExtentArrived(1, bad.requestId()));
    assertThat(requests(bench.peer(2, PeerRole.AGENT, "xxxx"))).isEmpty();

    List<SwarmAction> after = bench.on(new SwarmEvent.PieceFailed(Bench.BLOB, 3, 1, true));

    assertThat(Bench.of(after, SwarmAction.Report.class)).hasSize(1);
    assertThat(Bench.of(after, SwarmAction.Send.class))
        .singleElement()
        .satisfies(send -> assertThat(send.link()).isEqualTo(2));
  }

  @Test
  void whatALostLinkWasBringingIsAskedOfAnother() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "xxx.");
    onlyRequest(bench.peer(1, PeerRole.AGENT, "xxxx"));
    bench.peer(2, PeerRole.AGENT, "xxxx");

    assertThat(onlyRequest(bench.on(new SwarmEvent.LinkDown(1))).piece()).isEqualTo(3);
  }

  @Test
  void aLatePieceGetsOneReplacementAndTheFirstCopyWins() {
    Bench bench = new Bench(2);
    bench.add(TorrentMode.LEECH, "x.");
    PeerMessage.Request slow = onlyRequest(bench.peer(1, PeerRole.AGENT, "xx"));
    bench.peer(2, PeerRole.AGENT, "xx");
    bench.peer(3, PeerRole.AGENT, "xx");

    PeerMessage.Request second = onlyRequest(bench.afterMillis(3_500));
    assertThat(requests(bench.afterMillis(100))).isEmpty();
    List<SwarmAction> after = bench.delivers(2, second);

    assertThat(Bench.of(after, SwarmAction.Complete.class)).hasSize(1);
    assertThat(Bench.sent(after, PeerMessage.Cancel.class))
        .containsExactly(new PeerMessage.Cancel(0, slow.requestId()));
    assertThat(Bench.of(bench.dataFrom(1, slow), SwarmAction.Discard.class)).hasSize(1);
  }

  @Test
  void asksOnlyForWhatAReaderWants() {
    Bench bench = new Bench(8);
    bench.add(TorrentMode.SEED, "........");
    bench.on(
        new SwarmEvent.AddTorrent(
            Bench.BLOB,
            bench.layout,
            TorrentMode.LEECH,
            1,
            Bench.pieces("........"),
            List.of(),
            Optional.empty(),
            Priority.ON_DEMAND));
    bench.on(new SwarmEvent.Wanted(Bench.BLOB, 5, 6));

    List<SwarmAction> actions = bench.peer(1, PeerRole.AGENT, "xxxxxxxx");

    assertThat(onlyRequest(actions).piece()).isEqualTo(5);
  }

  @Test
  void aPeerThatTellsOfPiecesItDoesNotHaveLosesItsLink() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "xxx.");
    List<SwarmAction> actions = bench.peer(1, PeerRole.AGENT, "...x");
    int refusals = 0;
    while (Bench.of(actions, SwarmAction.CloseLink.class).isEmpty() && refusals < 1_000) {
      refusals++;
      bench.from(
          1, new PeerMessage.Reject(1, onlyRequest(actions).requestId(), RejectReason.MISSING));
      actions = bench.from(1, new PeerMessage.Have(1, List.of(3)));
      if (requests(actions).isEmpty()) {
        break;
      }
    }

    assertThat(refusals).isEqualTo(65);
  }

  private static List<PeerMessage.Request> requests(List<SwarmAction> actions) {
    return Bench.sent(actions, PeerMessage.Request.class);
  }

  private static PeerMessage.Request onlyRequest(List<SwarmAction> actions) {
    assertThat(requests(actions)).hasSize(1);
    return requests(actions).getFirst();
  }

  @Test
  void asksAgainForAPieceThatFailedBeforeItsLastByteWasHeardOf() {
    Bench bench = new Bench(1);
    bench.add(TorrentMode.LEECH, ".");
    PeerMessage.Request first =
        Bench.sent(bench.peer(1, PeerRole.AGENT, "x"), PeerMessage.Request.class).getFirst();
    bench.dataFrom(1, first);
    bench.on(new SwarmEvent.PieceFailed(Bench.BLOB, first.piece(), 1, false));

    List<SwarmAction> after = bench.on(new SwarmEvent.ExtentArrived(1, first.requestId()));

    assertThat(Bench.sent(after, PeerMessage.Request.class))
        .singleElement()
        .satisfies(again -> assertThat(again.piece()).isEqualTo(first.piece()));
  }
}
