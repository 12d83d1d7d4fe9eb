package io.shoal.client.tracker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a tracker says to a peer. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TrackerMessage.Welcome.class, name = "welcome"),
  @JsonSubTypes.Type(value = TrackerMessage.Handout.class, name = "handout"),
  @JsonSubTypes.Type(value = TrackerMessage.Members.class, name = "members"),
  @JsonSubTypes.Type(value = TrackerMessage.Quarantine.class, name = "quarantine"),
  @JsonSubTypes.Type(value = TrackerMessage.Prewarm.class, name = "prewarm"),
  @JsonSubTypes.Type(value = TrackerMessage.StopPrewarm.class, name = "stopPrewarm"),
  @JsonSubTypes.Type(value = TrackerMessage.Estimate.class, name = "estimate")
})
public sealed interface TrackerMessage {

  /**
   * The answer to a hello.
   *
   * @param heartbeat how often the tracker wants to hear from the peer; it forgets peers that are
   *     silent for three of these
   * @param fleetEpoch changes with every change of membership
   */
  record Welcome(Duration heartbeat, long fleetEpoch) implements TrackerMessage {
    public Welcome {
      if (heartbeat.toMillis() < 1) {
        throw new IllegalArgumentException("no heartbeat interval: " + heartbeat);
      }
    }
  }

  /**
   * Peers of a blob the receiver wants. The first answers its announce, empty if there is nobody
   * yet; later ones add peers.
   *
   * @param digest the blob
   * @param blobBytes its length, if any peer of the swarm told
   * @param peers whom to link to; origins among them
   */
  record Handout(Digest digest, Optional<Long> blobBytes, List<PeerInfo> peers)
      implements TrackerMessage {
    public Handout {
      peers = List.copyOf(peers);
    }
  }

  /** The whole fleet, for when the tracker is gone. */
  record Members(long fleetEpoch, List<Member> members) implements TrackerMessage {
    public Members {
      members = List.copyOf(members);
    }
  }

  /**
   * Nobody should link to this peer for a while.
   *
   * @param lasts from now on
   */
  record Quarantine(PeerId peer, Duration lasts) implements TrackerMessage {}

  /**
   * Make these images local, and say how it goes by {@link AgentMessage.Prewarmed}. Said again
   * after every reconnect until the receiver has told how it ended, so it may have heard it before.
   *
   * @param jobId which job
   * @param attempt of the job
   * @param images as people write them
   * @param platform instead of the receiver's own
   * @param pin how long to keep them from eviction
   * @param runtime which runtime is to have them, too
   * @param maxBytesPerSecond the most to take in for this job
   * @param credentials the name of a login that the receiver knows
   */
  record Prewarm(
      String jobId,
      int attempt,
      List<String> images,
      Optional<String> platform,
      Optional<Duration> pin,
      Optional<PrewarmRuntime> runtime,
      Optional<Long> maxBytesPerSecond,
      Optional<String> credentials)
      implements TrackerMessage {
    public Prewarm {
      images = List.copyOf(images);
    }
  }

  /** Nobody wants the rest of this job any longer. */
  record StopPrewarm(String jobId) implements TrackerMessage {}

  /**
   * Say by {@link AgentMessage.Estimated} how much of these images is missing. Fetches no blob.
   *
   * @param questionId to be repeated in the answer
   * @param images as people write them
   * @param platform instead of the receiver's own
   * @param credentials the name of a login that the receiver knows
   */
  record Estimate(
      String questionId,
      List<String> images,
      Optional<String> platform,
      Optional<String> credentials)
      implements TrackerMessage {
    public Estimate {
      images = List.copyOf(images);
    }
  }

  /** One member of the fleet. */
  record Member(PeerInfo peer, String nodeName, Map<String, String> labels) {
    public Member {
      labels = Map.copyOf(labels);
    }
  }
}
