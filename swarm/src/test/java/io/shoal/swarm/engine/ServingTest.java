package io.shoal.swarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import io.shoal.swarm.message.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServingTest {

  @Test
  void answersEveryRequestOnceWithDataOrBusy() {
    Bench bench = new Bench(8);
    bench.add(TorrentMode.SEED, "xxxxxxxx");
    int data = 0;
    int busy = 0;
    for (int link = 1; link <= 8; link++) {
      bench.peer(link, PeerRole.AGENT, "........");
      List<SwarmAction> answer = bench.from(link, Bench.request(link, 5, link - 1));
      data += Bench.of(answer, SwarmAction.SendExtent.class).size();
      busy += Bench.sent(answer, PeerMessage.Busy.class).size();
    }

    assertThat(data).isEqualTo(SwarmConfig.agent().upload().slots());
    assertThat(busy).isEqualTo(8 - data);
  }

  @Test
  void offersAFreeSlotToTheFirstInLineAndToTheNextWhenHeDoesNotCome() {
    Bench bench = new Bench(8);
    bench.add(TorrentMode.SEED, "xxxxxxxx");
    int sendId = -1;
    for (int link = 1; link <= 6; link++) {
      bench.peer(link, PeerRole.AGENT, "........");
      List<SwarmAction> answer = bench.from(link, Bench.request(link, 5, link - 1));
      if (link == 1) {
        sendId = Bench.of(answer, SwarmAction.SendExtent.class).getFirst().sendId();
      }
    }

    List<SwarmAction> freed = bench.on(new SwarmEvent.ExtentSent(1, sendId, true));
    List<SwarmAction> expired =
        bench.afterMillis(SwarmConfig.agent().upload().readyHold().toMillis() + 20);

    assertThat(freed).contains(new SwarmAction.Send(5, new PeerMessage.Ready(0)));
    assertThat(expired).contains(new SwarmAction.Send(6, new PeerMessage.Ready(0)));
  }

  @Test
  void aCancelledExtentThatHasNotLeftIsRefusedAndFreesItsSlot() {
    int pieceBytes = 8 << 20;
    Bench bench = new Bench(8);
    PieceLayout layout = new PieceLayout(pieceBytes, pieceBytes);
    bench.on(
        new SwarmEvent.AddTorrent(
            Bench.BLOB,
            layout,
            TorrentMode.SEED,
            1,
            Bitfield.full(1),
            List.of(),
            Optional.empty(),
            Priority.ON_DEMAND));
    bench.on(new SwarmEvent.LinkUp(1, Bench.info(1, PeerRole.AGENT)));
    bench.from(1, new PeerMessage.Join(1, Bench.BLOB, 1, layout, 0, true, new Bitfield(1)));
    int extent = PieceLayout.EXTENT_BYTES;
    int handedOver = 0;
    for (int i = 0; i < 4; i++) {
      List<SwarmAction> answer =
          bench.from(
              1, new PeerMessage.Request(1, i, 0, i * extent, extent, false, Optional.empty()));
      handedOver += Bench.of(answer, SwarmAction.SendExtent.class).size();
    }

    List<SwarmAction> cancelled = bench.from(1, new PeerMessage.Cancel(1, 3));

    assertThat(handedOver).isEqualTo(2);
    assertThat(Bench.sent(cancelled, PeerMessage.Reject.class))
        .containsExactly(new PeerMessage.Reject(0, 3, RejectReason.CANCELLED));
  }

  @Test
  void rejectsAPieceItDoesNotHave() {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.LEECH, "x...");
    bench.peer(1, PeerRole.AGENT, "....");

    List<SwarmAction> answer = bench.from(1, Bench.request(1, 5, 2));

    assertThat(Bench.sent(answer, PeerMessage.Reject.class))
        .containsExactly(new PeerMessage.Reject(0, 5, RejectReason.MISSING));
  }

  @Test
  void anOriginSendsEachPieceOnceAndThenPointsToThePeers() {
    Bench bench = new Bench(4, SwarmConfig.origin());
    bench.add(TorrentMode.INJECT, "xxxx");
    Bitfield sent = new Bitfield(4);
    for (int link = 1; link <= 4; link++) {
      bench.peer(link, PeerRole.AGENT, "....");
      List<SwarmAction> answer = bench.from(link, any(link));
      SwarmAction.SendExtent extent = Bench.of(answer, SwarmAction.SendExtent.class).getFirst();
      assertThat(sent.set(extent.header().piece())).isTrue();
      bench.on(new SwarmEvent.ExtentSent(link, extent.sendId(), true));
    }
    bench.peer(5, PeerRole.AGENT, "....");

    assertThat(Bench.sent(bench.from(5, any(5)), PeerMessage.Reject.class))
        .containsExactly(new PeerMessage.Reject(0, 9, RejectReason.ASK_PEERS));
  }

  @Test
  void anOriginSendsAPieceAgainWhenItsOnlyHolderIsGone() {
    Bench bench = new Bench(1, SwarmConfig.origin());
    bench.add(TorrentMode.INJECT, "x");
    bench.peer(1, PeerRole.AGENT, ".");
    int sendId =
        Bench.of(bench.from(1, any(1, 1)), SwarmAction.SendExtent.class).getFirst().sendId();
    bench.on(new SwarmEvent.ExtentSent(1, sendId, true));
    bench.peer(2, PeerRole.AGENT, ".");
    assertThat(Bench.sent(bench.from(2, any(2, 1)), PeerMessage.Reject.class)).hasSize(1);

    bench.on(new SwarmEvent.LinkDown(1));

    assertThat(Bench.of(bench.from(2, any(2, 1)), SwarmAction.SendExtent.class)).hasSize(1);
  }

  @Test
  void anOriginSendsWhatOthersHaveOnlyToWhomNoPeerCanHelp() {
    Bench bench = new Bench(1, SwarmConfig.origin());
    bench.add(TorrentMode.INJECT, "x");
    bench.peer(1, PeerRole.AGENT, ".");
    int sendId =
        Bench.of(bench.from(1, any(1, 1)), SwarmAction.SendExtent.class).getFirst().sendId();
    bench.on(new SwarmEvent.ExtentSent(1, sendId, true));
    bench.afterMillis(1_000); // nothing is held back for so long
    bench.peer(2, PeerRole.AGENT, ".");

    assertThat(Bench.sent(bench.from(2, any(2, 1)), PeerMessage.Reject.class)).hasSize(1);
    assertThat(Bench.of(bench.from(2, inNeed(2, 1)), SwarmAction.SendExtent.class)).hasSize(1);
  }

  @Test
  void anOriginLeavesTheStripesOfOtherOriginsToThem() {
    Bench bench = new Bench(4, SwarmConfig.origin());
    bench.on(new SwarmEvent.OriginsChanged(1, 2));
    bench.add(TorrentMode.INJECT, "xxxx");
    List<Integer> sent = new ArrayList<>();
    for (int link = 1; link <= 4; link++) {
      bench.peer(link, PeerRole.AGENT, "....");
      List<SwarmAction> answer = bench.from(link, link <= 3 ? any(link) : inNeed(link, 4));
      Bench.of(answer, SwarmAction.SendExtent.class).forEach(s -> sent.add(s.header().piece()));
    }

    assertThat(sent).containsExactly(1, 3, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void aPeerThatBreaksTheProtocolLosesItsLink(int kind) {
    Bench bench = new Bench(4);
    bench.add(TorrentMode.SEED, "xxxx");
    bench.peer(1, PeerRole.AGENT, "....");
    PieceLayout other = new PieceLayout(5L * Bench.PIECE, Bench.PIECE);
    PeerMessage wrong =
        switch (kind) {
          case 0 -> Bench.request(1, 5, 4);
          case 1 -> new PeerMessage.Request(1, 5, 0, 0, 17, false, Optional.empty());
          case 2 -> any(1);
          case 3 -> new PeerMessage.Have(1, List.of(4));
          case 4 -> new PeerMessage.Data(1, 5, 0, 0, Bench.PIECE);
          case 5 -> new PeerMessage.Busy(1, 5, 1);
          case 6 -> new PeerMessage.Abort(1, 1, "no origin");
          default -> new PeerMessage.Join(9, Bench.BLOB, 1, other, 0, true, new Bitfield(5));
        };

    assertThat(Bench.of(bench.from(1, wrong), SwarmAction.CloseLink.class)).hasSize(1);
  }

  private static PeerMessage.Request any(int link) {
    return any(link, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aPeerThatFloodsLosesItsLink(int kind) {
    Bench bench = new Bench(8);
    bench.add(TorrentMode.SEED, "xxxxxxxx");
    for (int link = 1; link <= 4; link++) {
      bench.peer(link, PeerRole.AGENT, "........");
      bench.from(link, Bench.request(link, 5, 0)); // takes a slot
    }
    bench.peer(5, PeerRole.AGENT, "x.......");
    int messages = 0;
    boolean closed = false;
    while (!closed && messages < 1_000) {
      messages++;
      PeerMessage flood =
          switch (kind) {
            case 0 -> Bench.request(5, messages, 0);
            case 1 -> new PeerMessage.Have(5, List.of(0));
            default -> new PeerMessage.HaveAll(5);
          };
      closed = !Bench.of(bench.from(5, flood), SwarmAction.CloseLink.class).isEmpty();
    }

    assertThat(closed).isTrue();
    assertThat(messages).isGreaterThan(50);
  }

  private static PeerMessage.Request inNeed(int link, int pieces) {
    return new PeerMessage.Request(
        link, 10, PeerMessage.ANY, 0, 0, true, Optional.of(new Bitfield(pieces)));
  }

  private static PeerMessage.Request any(int link, int pieces) {
    return new PeerMessage.Request(
        link, 9, PeerMessage.ANY, 0, 0, false, Optional.of(new Bitfield(pieces)));
  }
}
