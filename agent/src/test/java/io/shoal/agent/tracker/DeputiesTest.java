package io.shoal.agent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.tracker.TrackerMessage.Member;
import io.shoal.client.tracker.TrackerMessage.Members;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeputiesTest {

  private final Deputies deputies = new Deputies();

  @Test
  void everyBlobHasOneAndAllAgentsTakeTheirTurn() {
    deputies.snapshot(fleet(5));
    Map<Integer, Integer> blobsOf = new HashMap<>();
    for (int blob = 0; blob < 200; blob++) {
      Digest digest = Digest.sha256Of(new byte[] {(byte) blob});
      List<Integer> first = new ArrayList<>();
      for (int agent = 1; agent <= 5; agent++) {
        if (deputies.first(id(agent), digest)) {
          first.add(agent);
        }
      }
      assertThat(first).hasSize(1);
      blobsOf.merge(first.getFirst(), 1, Integer::sum);
    }
    assertThat(blobsOf).hasSize(5);
  }

  @Test
  void aFleetOfOthersHasOthers() {
    Digest digest = Digest.sha256Of(new byte[0]);
    deputies.snapshot(new Members(1, List.of(member(1, PeerRole.AGENT))));
    assertThat(deputies.first(id(1), digest)).isTrue();

    deputies.snapshot(new Members(2, List.of(member(2, PeerRole.AGENT))));

    assertThat(deputies.first(id(1), digest)).isFalse();
    assertThat(deputies.first(id(2), digest)).isTrue();
  }

  @Test
  void originsAreNone() {
    deputies.snapshot(new Members(1, List.of(member(9, PeerRole.ORIGIN))));

    assertThat(deputies.first(id(9), Digest.sha256Of(new byte[0]))).isFalse();
  }

  @Test
  void nobodyIsOneBeforeTheTrackerHasSpoken() {
    assertThat(deputies.first(id(1), Digest.sha256Of(new byte[0]))).isFalse();
  }

  private static Members fleet(int agents) {
    List<Member> members = new ArrayList<>();
    for (int agent = 1; agent <= agents; agent++) {
      members.add(member(agent, PeerRole.AGENT));
    }
    return new Members(1, members);
  }

  private static Member member(int number, PeerRole role) {
    PeerAddress address = new PeerAddress("10.0.0." + number, 4610);
    return new Member(
        new PeerInfo(id(number), address, role, Locality.of(Map.of())), "node-" + number, Map.of());
  }

  private static PeerId id(int number) {
    return new PeerId(7, number);
  }
}
