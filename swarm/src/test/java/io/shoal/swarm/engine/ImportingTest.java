package io.shoal.swarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImportingTest {

  private static final int PIECES = 8;
  private static final String NONE = "........";
  private static final String ALL = "xxxxxxxx";

  @Test
  void asksOtherRacksOnlyForItsShareOfThePieces() {
    Bench bench = inRack();
    bench.peer(1, "here", NONE);

    assertThat(imported(bench, bench.peer(2, "there", ALL))).isBetween(1, PIECES - 1);
  }

  @Test
  void asksOtherRacksForNothingThatAPeerInItsRackHas() {
    Bench bench = inRack();
    bench.peer(1, "here", ALL);

    assertThat(asked(bench.peer(2, "there", ALL))).isZero();
  }

  @Test
  void takesOverFromAnImporterThatDoesNotBringThePiece() {
    Bench bench = inRack();
    bench.peer(1, "here", NONE);
    int own = imported(bench, bench.peer(2, "there", ALL));

    assertThat(imported(bench, bench.afterMillis(4_000))).isEqualTo(PIECES - own);
  }

  @Test
  void takesOverAtOnceFromAnImporterThatIsGone() {
    Bench bench = inRack();
    bench.peer(1, "here", NONE);
    int own = imported(bench, bench.peer(2, "there", ALL));

    assertThat(imported(bench, bench.on(new SwarmEvent.LinkDown(1)))).isEqualTo(PIECES - own);
  }

  @Test
  void whereRacksAreNotKnownEverybodyIsAskedForEverything() {
    Bench bench = inRack();
    bench.peer(1, PeerRole.AGENT, NONE);

    assertThat(asked(bench.peer(2, PeerRole.AGENT, ALL))).isPositive();
  }

  private static Bench inRack() {
    Bench bench = new Bench(PIECES, SwarmConfig.agent().in(Locality.named("here")));
    bench.add(TorrentMode.LEECH, NONE);
    return bench;
  }

  /** Delivers what is asked for until nothing more is; returns how many pieces that were. */
  private static int imported(Bench bench, List<SwarmAction> actions) {
    int pieces = 0;
    ArrayDeque<SwarmAction> open = new ArrayDeque<>(actions);
    while (!open.isEmpty()) {
      if (open.poll() instanceof SwarmAction.Send(int link, PeerMessage.Request request)) {
        pieces++;
        open.addAll(bench.delivers(link, request));
      }
    }
    return pieces;
  }

  private static int asked(List<SwarmAction> actions) {
    return Bench.sent(actions, PeerMessage.Request.class).size();
  }
}
