package io.shoal.client.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import org.junit.jupiter.api.Test;

class ShoalJsonTest {

  private static final PeerInfo PEER =
      new PeerInfo(
          new PeerId(0, 7),
          new PeerAddress("a.example", 4610),
          PeerRole.AGENT,
          Locality.named("r1"));

  @Test
  void aPeerComesBackAsItWas() throws Exception {
    assertThat(ShoalJson.read(ShoalJson.write(PEER), PeerInfo.class)).isEqualTo(PEER);
  }

  @Test
  void aPeerOfAnEarlierVersionStandsAnywhere() throws Exception {
    String json = ShoalJson.write(PEER).replaceFirst(",\"locality\":\"[^\"]*\"", "");

    assertThat(json).doesNotContain("locality");
    assertThat(ShoalJson.read(json, PeerInfo.class).locality()).isEqualTo(Locality.UNKNOWN);
  }

  @Test
  void whatMustBeThereIsMissed() {
    String json = ShoalJson.write(PEER).replaceFirst("\"role\":\"AGENT\",?", "");

    assertThatThrownBy(() -> ShoalJson.read(json, PeerInfo.class)).hasMessageContaining("role");
  }
}
