package io.shoal.swarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import io.shoal.swarm.message.RejectReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriorityTest {

  private static final Digest OTHER = other();
  private static final int SLOTS = SwarmConfig.agent().upload().slots();

  private final Bench bench = new Bench(32);

  private static Digest other() {
    byte[] hash = new byte[32];
    Arrays.fill(hash, (byte) 1);
    return Digest.of(HashAlgorithm.SHA256, hash);
  }

  // Serving.

  @Test
  void whoWaitsForAClientIsServedBeforeWhoPrewarms() {
    seed();
    List<SwarmAction.SendExtent> sends = fillSlots();
    ask(20, Priority.PREWARM);
    ask(21, Priority.ON_DEMAND);

    assertThat(readied(finish(sends.getFirst()))).containsExactly(21);
  }

  @Test
  void theOnesWhoPrewarmStandBehindInLine() {
    seed();
    fillSlots();
    ask(20, Priority.PREWARM);

    List<PeerMessage.Busy> client = Bench.sent(ask(21, Priority.ON_DEMAND), PeerMessage.Busy.class);
    List<PeerMessage.Busy> second = Bench.sent(ask(22, Priority.PREWARM), PeerMessage.Busy.class);

    assertThat(client.getFirst().place()).isEqualTo(1);
    assertThat(second.getFirst().place()).isEqualTo(3);
  }

  @Test
  void prewarmingGetsItsShareOfABusyUplink() {
    seed();
    List<SwarmAction.SendExtent> sends = new ArrayList<>(fillSlots());
    ask(20, Priority.PREWARM);
    int forClients = 0;
    int forPrewarming = 0;
    for (int round = 0; round < 200; round++) {
      SwarmAction.SendExtent done = sends.removeFirst();
      List<Integer> offered = new ArrayList<>(readied(finish(done)));
      boolean prewarm = done.link() == 20;
      forClients += prewarm ? 0 : 1;
      forPrewarming += prewarm ? 1 : 0;
      if (prewarm) {
        ask(20, Priority.PREWARM);
      } else if (!offered.contains(done.link())) {
        sends.addAll(Bench.of(ask(done.link(), Priority.ON_DEMAND), SwarmAction.SendExtent.class));
      }
      for (int link : offered) {
        Priority priority = link == 20 ? Priority.PREWARM : Priority.ON_DEMAND;
        sends.addAll(Bench.of(askAgain(link, priority), SwarmAction.SendExtent.class));
      }
    }

    assertThat(forPrewarming).isBetween(8, 13);
    assertThat(forClients).isGreaterThan(180);
  }

  @Test
  void prewarmingAloneLeavesOneSlotFree() {
    seed();
    int granted = 0;
    for (int link = 1; link <= SLOTS; link++) {
      link(link);
      List<SwarmAction> answer = ask(link, Priority.PREWARM);
      granted += Bench.of(answer, SwarmAction.SendExtent.class).size();
    }

    link(9);
    assertThat(granted).isEqualTo(SLOTS - 1);
    assertThat(Bench.of(ask(9, Priority.ON_DEMAND), SwarmAction.SendExtent.class)).hasSize(1);
  }

  @Test
  void prewarmingTakesHalfOfTheLineAtMost() {
    seed();
    fillSlots();
    int most = SwarmConfig.agent().upload().lineLength() / 2;
    List<RejectReason> refusals = new ArrayList<>();
    for (int link = 30; link < 30 + most + 3; link++) {
      link(link);
      Bench.sent(ask(link, Priority.PREWARM), PeerMessage.Reject.class)
          .forEach(reject -> refusals.add(reject.reason()));
    }

    assertThat(refusals).hasSize(3).containsOnly(RejectReason.LINE_FULL);
    assertThat(Bench.sent(ask(20, Priority.ON_DEMAND), PeerMessage.Busy.class)).hasSize(1);
  }

  @Test
  void whoSharesNothingIsServedLast() {
    seed();
    link(20);
    for (int piece = 0; piece < 8; piece++) {
      finish(Bench.of(ask(20, Priority.ON_DEMAND), SwarmAction.SendExtent.class).getFirst());
    }
    List<SwarmAction.SendExtent> sends = fillSlots();
    ask(20, Priority.ON_DEMAND);
    ask(21, Priority.ON_DEMAND);

    assertThat(readied(finish(sends.getFirst()))).containsExactly(21);
  }

  // Asking.

  @Test
  void requestsSayWhatTheyAreFor() {
    bench.add(OTHER, TorrentMode.LEECH, ".".repeat(32), Priority.PREWARM);

    List<PeerMessage.Request> requests = requests(joins(1, OTHER));

    assertThat(requests).isNotEmpty();
    assertThat(requests).allMatch(r -> r.priority() == Priority.PREWARM);
  }

  @Test
  void whileAClientWaitsPrewarmingRestsBetweenPieces() {
    bench.add(TorrentMode.LEECH, ".".repeat(32));
    joins(1, Bench.BLOB);
    bench.add(OTHER, TorrentMode.LEECH, ".".repeat(32), Priority.PREWARM);
    List<PeerMessage.Request> asked = requests(joins(2, OTHER));
    bench.afterMillis(20);
    List<SwarmAction> actions = delivers(2, OTHER, asked.getFirst());

    List<PeerMessage.Request> early = about(actions, bench.afterMillis(200));
    List<PeerMessage.Request> later = about(bench.afterMillis(150));

    assertThat(asked).hasSize(1);
    assertThat(early).isEmpty();
    assertThat(later).hasSize(1);
  }

  @Test
  void aRaisedTorrentAsksAsOneThatAClientWaitsFor() {
    bench.add(OTHER, TorrentMode.LEECH, ".".repeat(32), Priority.PREWARM);
    PeerMessage.Request first = requests(joins(1, OTHER)).getFirst();
    bench.from(1, new PeerMessage.Busy(1, first.requestId(), 7));

    List<PeerMessage.Request> raised = requests(bench.on(new SwarmEvent.Raise(OTHER)));

    assertThat(raised).hasSize(1);
    assertThat(raised.getFirst().priority()).isEqualTo(Priority.ON_DEMAND);
  }

  private void seed() {
    bench.add(TorrentMode.SEED, "x".repeat(32));
    for (int link = 20; link < 23; link++) {
      link(link);
    }
  }

  private void link(int link) {
    bench.peer(link, PeerRole.AGENT, ".".repeat(32));
  }

  private List<SwarmAction.SendExtent> fillSlots() {
    List<SwarmAction.SendExtent> sends = new ArrayList<>();
    for (int link = 1; link <= SLOTS; link++) {
      link(link);
      sends.addAll(Bench.of(ask(link, Priority.ON_DEMAND), SwarmAction.SendExtent.class));
    }
    assertThat(sends).hasSize(SLOTS);
    return sends;
  }

  private List<SwarmAction> ask(int link, Priority priority) {
    return bench.from(link, Bench.request(link, 5, 0, priority));
  }

  private List<SwarmAction> askAgain(int link, Priority priority) {
    return bench.from(link, Bench.request(link, 6, 1, priority));
  }

  private List<SwarmAction> finish(SwarmAction.SendExtent send) {
    return bench.on(new SwarmEvent.ExtentSent(send.link(), send.sendId(), true));
  }

  private static List<Integer> readied(List<SwarmAction> actions) {
    return Bench.of(actions, SwarmAction.Send.class).stream()
        .filter(send -> send.message() instanceof PeerMessage.Ready)
        .map(SwarmAction.Send::link)
        .toList();
  }

  private List<SwarmAction> joins(int link, Digest blob) {
    List<SwarmAction> actions =
        new ArrayList<>(bench.on(new SwarmEvent.LinkUp(link, Bench.info(link, PeerRole.AGENT))));
    actions.addAll(bench.from(link, bench.join(link, blob, "x".repeat(32))));
    return actions;
  }

  private List<SwarmAction> delivers(int link, Digest blob, PeerMessage.Request request) {
    List<SwarmAction> actions = new ArrayList<>(bench.dataFrom(link, request));
    actions.addAll(bench.on(new SwarmEvent.ExtentArrived(link, request.requestId())));
    actions.addAll(bench.on(new SwarmEvent.PieceAttested(blob, request.piece())));
    return actions;
  }

  private static List<PeerMessage.Request> requests(List<SwarmAction> actions) {
    return Bench.sent(actions, PeerMessage.Request.class);
  }

  /** Requests for pre-warming among these. */
  @SafeVarargs
  private static List<PeerMessage.Request> about(List<SwarmAction>... actions) {
    return Arrays.stream(actions)
        .flatMap(each -> requests(each).stream())
        .filter(request -> request.priority() == Priority.PREWARM)
        .toList();
  }
}
