package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.Cluster;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.ShoalProcess;
import io.shoal.e2e.lab.TestImage;
import io.shoal.e2e.wire.Attack;
import io.shoal.e2e.wire.HostilePeer;
import io.shoal.e2e.wire.Identity;
import io.shoal.e2e.wire.Stranger;
import io.shoal.e2e.wire.TrackerSession;
import java.io.IOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Peers that lie, and strangers who knock: refused, and nobody's pull suffers. */
@EndToEnd
class HostilePeerIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Requests a peer may have under way when the first bad piece shows; see docs on the swarm. */
  private static final int OUTSTANDING = 4;

  @Test
  void strangerWithoutTheSecretIsHeardByNobody(Lab lab) throws IOException {
    Cluster cluster = lab.cluster();
    for (ShoalProcess peer : List.of(cluster.agent(1), cluster.origin())) {
      assertThat(Stranger.getsIn(Identity.member(cluster.file()), peer.peerPort()))
          .as("a member at %s", peer.name())
          .isTrue();
      assertThat(Stranger.getsInWithAWrongSecret(peer.peerPort())).as(peer.name()).isFalse();
      assertThat(Stranger.getsAnAnswerWithoutProof(peer.peerPort())).as(peer.name()).isFalse();
    }
    CompletableFuture<WebSocket> stream =
        TrackerSession.connect(
            cluster.tracker().http().client(),
            cluster.tracker().url(),
            Identity.stranger().agentToken(),
            new WebSocket.Listener() {});
    assertThat(stream)
        .failsWithin(LIMIT)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refusal -> assertThat(refusal.getResponse().statusCode()).isEqualTo(401));
  }

  @Test
  void pullCompletesAmongMembersThatLieAndNothingOfTheirsIsStored(Lab lab) throws IOException {
    TestImage image = lab.mediumImage("shoal-hostile");
    TestImage.Blob layer = image.largestLayer();
    Cluster cluster = lab.cluster();
    DockerDaemon first = lab.docker(1);
    DockerDaemon second = lab.docker(2);
    // Slow enough that agents take what other peers offer.
    cluster.origin().stop();
    cluster.origin().start(Map.of("SHOAL_ORIGIN_RATES_UPSTREAM", "25MB/s"));
    cluster.awaitFleet();
    Map<Attack, HostilePeer> hostile = new EnumMap<>(Attack.class);
    try {
      for (Attack attack : Attack.values()) {
        hostile.put(attack, announce(cluster, layer, attack));
      }
      CompletableFuture<DockerDaemon.Pull> pull = first.startPull(image, LIMIT);
      CompletableFuture<DockerDaemon.Pull> other = second.startPull(image, LIMIT);
      for (DockerDaemon.Pull done : List.of(pull.join(), other.join())) {
        assertThat(done.messages()).noneMatch(message -> message.contains("Retrying"));
      }

      assertThat(first.run(image).strip()).isEqualTo(image.greeting());
      assertThat(second.run(image).strip()).isEqualTo(image.greeting());
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(Files.mismatch(stored(cluster.agent(agent), layer), layer.file()))
            .as("first wrong byte on the disk of agent-%d", agent)
            .isEqualTo(-1);
      }
      assertRefused(hostile);
    } finally {
      hostile.values().forEach(HostilePeer::close);
      cluster.origin().stop();
      cluster.origin().start();
      cluster.awaitFleet();
    }
  }

  private static HostilePeer announce(Cluster cluster, TestImage.Blob layer, Attack attack) {
    return HostilePeer.announcing(
        layer, attack, cluster.file(), cluster.tracker().http(), cluster.tracker().url());
  }

  private static void assertRefused(Map<Attack, HostilePeer> hostile) {
    hostile.forEach((attack, peer) -> {
      assertThat(peer.attacks()).as("links on which %s was tried", attack).isPositive();
      if (attack == Attack.TAMPERED_PIECES) {
        assertThat(peer.requests())
            .as("pieces asked for before the first one was found out")
            .isBetween(1, OUTSTANDING * peer.attacks());
      } else {
        Await.until(
            "the links to be closed on " + attack,
            Duration.ofSeconds(10),
            () -> peer.ended() == peer.attacks());
      }
    });
  }

  private static Path stored(ShoalProcess agent, TestImage.Blob blob) {
    String hex = blob.hex();
    return agent
        .store()
        .resolve("blobs/sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex);
  }
}
