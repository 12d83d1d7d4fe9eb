package io.shoal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.client.cluster.ClusterSecret;
import io.shoal.core.peer.PeerRole;
import org.junit.jupiter.api.Test;

class ClusterAccessTest {

  private final ClusterSecret secret = ClusterSecret.random();
  private final ClusterAccess access = new ClusterAccess(secret);

  @Test
  void everyTokenOfTheClusterOpensTheApi() {
    assertThat(access.allows("Bearer " + secret.apiToken(PeerRole.AGENT))).isTrue();
    assertThat(access.allows("Bearer " + secret.apiToken(PeerRole.ORIGIN))).isTrue();
    assertThat(access.allows("Bearer " + secret.operatorToken())).isTrue();
  }

  @Test
  void nothingElseDoes() {
    assertThat(access.allows(null)).isFalse();
    assertThat(access.allows("")).isFalse();
    assertThat(access.allows("Bearer ")).isFalse();
    assertThat(access.allows(secret.operatorToken())).isFalse();
    assertThat(access.allows("Bearer " + ClusterSecret.random().operatorToken())).isFalse();
  }

  @Test
  void aRoleNeedsItsOwnToken() {
    String agent = "Bearer " + secret.apiToken(PeerRole.AGENT);
    assertThat(access.allows(agent, PeerRole.AGENT)).isTrue();
    assertThat(access.allows(agent, PeerRole.ORIGIN)).isFalse();
    assertThat(access.allows(null, PeerRole.AGENT)).isFalse();
  }
}
