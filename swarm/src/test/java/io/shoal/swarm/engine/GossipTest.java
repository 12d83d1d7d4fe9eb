package io.shoal.swarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Bitfield;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GossipTest {

  private static final int PIECES = 8;
  private final Bench bench = new Bench(PIECES);

  @Test
  void statesGoWithThePieceThatCannotBeCheckedWithoutThem() {
    leech();
    peer(1);

    assertThat(states(learns(0, 1, 2))).as("nothing here needs them yet").isEmpty();
    bench.on(new SwarmEvent.PieceAttested(Bench.BLOB, 1));
    List<PeerMessage> told = told(bench.afterMillis(20));

    assertThat(told).hasSize(2);
    assertThat(told.getFirst()).isInstanceOfSatisfying(PeerMessage.States.class, this::isBatch);
    assertThat(told.getLast()).isEqualTo(new PeerMessage.Have(0, List.of(1)));
  }

  @Test
  void aBatchIsToldOnce() {
    leech();
    peer(1);
    learns(0, 1, 2);
    bench.on(new SwarmEvent.PieceAttested(Bench.BLOB, 1));
    bench.afterMillis(20);

    bench.on(new SwarmEvent.PieceAttested(Bench.BLOB, 2));

    assertThat(told(bench.afterMillis(20))).containsExactly(new PeerMessage.Have(0, List.of(2)));
  }

  @Test
  void aBatchIsNotToldToWhoTold() {
    leech();
    peer(1);
    bench.from(1, new PeerMessage.States(1, batch(0, 1, 2)));

    bench.on(new SwarmEvent.PieceAttested(Bench.BLOB, 1));

    assertThat(told(bench.afterMillis(20))).containsExactly(new PeerMessage.Have(0, List.of(1)));
  }

  @Test
  void whoHasAPieceKnowsTheStatesOnBothSidesOfIt() {
    leech();
    peer(1);
    learns(0, 1, 2);
    bench.from(1, new PeerMessage.Have(1, List.of(0, 2)));

    bench.on(new SwarmEvent.PieceAttested(Bench.BLOB, 1));

    assertThat(told(bench.afterMillis(20))).containsExactly(new PeerMessage.Have(0, List.of(1)));
  }

  @Test
  void anOriginTellsStatesAtOnceForItMaySendAnyPiece() {
    add(TorrentMode.INJECT, "........");
    peer(1);

    assertThat(states(learns(0, 1))).hasSize(1);
    assertThat(states(learns(6))).hasSize(1);
    assertThat(states(peer(2))).hasSize(2);
  }

  @Test
  void whoJoinsLateIsToldTheStatesOfWhatIsHere() {
    leech();
    learns(0, 1);
    learns(2, 3);
    bench.on(new SwarmEvent.PieceAttested(Bench.BLOB, 0));

    assertThat(states(peer(1))).hasSize(1);
  }

  @Test
  void aPeerIsIntroducedOnce() {
    leech();
    peer(1);
    peer(2);
    assertThat(introduced(bench.afterMillis(2_000))).hasSize(2);

    peer(3);

    assertThat(introduced(bench.afterMillis(2_000)))
        .as("only what is new: 3 to 1, 3 to 2, and 1 and 2 to 3")
        .extracting(List::size)
        .containsExactly(1, 1, 2);
  }

  private void leech() {
    add(TorrentMode.LEECH, "........");
    bench.on(new SwarmEvent.Wanted(Bench.BLOB, 0, PIECES));
  }

  private void add(TorrentMode mode, String have) {
    bench.on(
        new SwarmEvent.AddTorrent(
            Bench.BLOB,
            bench.layout,
            mode,
            1,
            Bench.pieces(have),
            List.of(),
            Optional.empty(),
            Priority.ON_DEMAND));
  }

  /** A peer that has nothing and knows no states. */
  private List<SwarmAction> peer(int link) {
    bench.on(new SwarmEvent.LinkUp(link, Bench.info(link, PeerRole.AGENT)));
    Bitfield none = new Bitfield(PIECES);
    return bench.from(
        link, new PeerMessage.Join(link, Bench.BLOB, 1, bench.layout, 0, false, none));
  }

  private List<SwarmAction> learns(int... pieces) {
    return bench.on(new SwarmEvent.StatesSigned(Bench.BLOB, batch(pieces)));
  }

  private SignedStates batch(int... pieces) {
    HashState state = HashState.of(new byte[32]);
    List<StateEntry> entries =
        Arrays.stream(pieces).mapToObj(piece -> new StateEntry(piece, state)).toList();
    Signature signature = Signature.of(new byte[Signature.BYTES]);
    return new SignedStates("test", Bench.BLOB, 1, bench.layout, entries, signature);
  }

  private void isBatch(PeerMessage.States told) {
    assertThat(told.states()).isEqualTo(batch(0, 1, 2));
  }

  private static List<PeerMessage.States> states(List<SwarmAction> actions) {
    return Bench.sent(actions, PeerMessage.States.class);
  }

  /** What was said of states and pieces, in order. */
  private static List<PeerMessage> told(List<SwarmAction> actions) {
    List<PeerMessage> told = new ArrayList<>(Bench.sent(actions, PeerMessage.class));
    told.removeIf(m -> !(m instanceof PeerMessage.States || m instanceof PeerMessage.Have));
    return told;
  }

  private static List<List<?>> introduced(List<SwarmAction> actions) {
    List<List<?>> added = new ArrayList<>();
    Bench.sent(actions, PeerMessage.Pex.class).forEach(pex -> added.add(pex.added()));
    return added;
  }
}
