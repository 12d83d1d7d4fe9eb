package io.shoal.client.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.peer.PeerRole;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {

  private static final ClusterSecret SECRET = ClusterSecret.parse("ab".repeat(32));

  @Test
  void bothSidesComputeTheSameProof() {
    byte[] shown = SECRET.proof(new byte[] {1, 2});
    byte[] expected = ClusterSecret.parse("ab".repeat(32)).proof(new byte[] {1, 2});
    assertThat(ClusterSecret.matches(expected, shown)).isTrue();
    assertThat(shown).hasSize(ClusterSecret.PROOF_BYTES);
  }

  @Test
  void aProofHoldsForNothingElse() {
    byte[] proof = SECRET.proof(new byte[] {1, 2});
    assertThat(ClusterSecret.matches(proof, SECRET.proof(new byte[] {2, 1}))).isFalse();
    assertThat(ClusterSecret.matches(proof, ClusterSecret.random().proof(new byte[] {1, 2})))
        .isFalse();
  }

  @Test
  void tokensDifferByRoleAndSecret() {
    assertThat(SECRET.apiToken(PeerRole.AGENT))
        .hasSize(64)
        .isNotEqualTo(SECRET.apiToken(PeerRole.ORIGIN))
        .isNotEqualTo(SECRET.operatorToken())
        .isNotEqualTo(ClusterSecret.random().apiToken(PeerRole.AGENT));
  }

  @Test
  void neverShowsItself() {
    assertThat(SECRET.toString()).doesNotContain("ab".repeat(4));
  }
}
