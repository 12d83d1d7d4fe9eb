package io.shoal.client.tracker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.shoal.client.prewarm.NodeReport;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a peer, agent or origin, says to its tracker. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AgentMessage.Hello.class, name = "hello"),
  @JsonSubTypes.Type(value = AgentMessage.Announce.class, name = "announce"),
  @JsonSubTypes.Type(value = AgentMessage.Heartbeat.class, name = "heartbeat"),
  @JsonSubTypes.Type(value = AgentMessage.Report.class, name = "report"),
  @JsonSubTypes.Type(value = AgentMessage.Prewarmed.class, name = "prewarmed"),
  @JsonSubTypes.Type(value = AgentMessage.Estimated.class, name = "estimated")
})
public sealed interface AgentMessage {

  /**
   * The first message on every connection.
   *
   * @param peerId who speaks
   * @param role what it is; the token shown at the connection must be of this role
   * @param host where it accepts links, if not at the source address of this connection
   * @param port where it accepts links
   * @param nodeName for people
   * @param labels such as rack and zone, at most {@link #MAX_LABELS}
   * @param version of its program
   */
  record Hello(
      PeerId peerId,
      PeerRole role,
      Optional<String> host,
      int port,
      String nodeName,
      Map<String, String> labels,
      String version)
      implements AgentMessage {

    /** The most labels of a node. */
    public static final int MAX_LABELS = 32;

    private static final int MAX_TEXT = 256;

    public Hello {
      labels = Map.copyOf(labels);
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("no port: " + port);
      }
      if (labels.size() > MAX_LABELS || labels.toString().length() > MAX_LABELS * MAX_TEXT) {
        throw new IllegalArgumentException("too many labels");
      }
      if (nodeName.length() > MAX_TEXT
          || version.length() > MAX_TEXT
          || host.orElse("").length() > MAX_TEXT) {
        throw new IllegalArgumentException("longer than 256 characters");
      }
    }
  }

  /** Blobs whose state changed. */
  record Announce(List<BlobState> blobs) implements AgentMessage {

    /** The most blobs in one message. */
    public static final int MAX_BLOBS = 512;

    public Announce {
      blobs = List.copyOf(blobs);
      if (blobs.size() > MAX_BLOBS) {
        throw new IllegalArgumentException("more than 512 blobs in one announce");
      }
    }
  }

  /** The peer is alive; sent every {@link TrackerMessage.Welcome#heartbeat}. */
  record Heartbeat(NodeStats stats) implements AgentMessage {}

  /** A peer sent a piece that was not what the origin signed, or broke the protocol. */
  record Report(PeerId peer, Digest digest, String reason) implements AgentMessage {
    public Report {
      reason = reason.length() > 200 ? reason.substring(0, 200) : reason;
    }
  }

  /** How pre-warm jobs stand here. */
  record Prewarmed(List<NodeReport> jobs) implements AgentMessage {

    /** The most jobs in one message. */
    public static final int MAX_JOBS = 512;

    public Prewarmed {
      jobs = List.copyOf(jobs);
      if (jobs.size() > MAX_JOBS) {
        throw new IllegalArgumentException("more than 512 jobs in one message");
      }
    }
  }

  /**
   * The answer to {@link TrackerMessage.Estimate}.
   *
   * @param questionId of the question
   * @param bytesNeeded of the images that are not here
   * @param bytesTotal of the images
   * @param reason why that cannot be said; empty if it can
   */
  record Estimated(String questionId, long bytesNeeded, long bytesTotal, String reason)
      implements AgentMessage {

    private static final int MAX_REASON = 500;

    public Estimated {
      reason = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
      if (bytesNeeded < 0 || bytesTotal < bytesNeeded) {
        throw new IllegalArgumentException("more bytes needed than there are, or less than none");
      }
    }
  }
}
